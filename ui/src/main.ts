import './kernel/look/fonts.css';
import './kernel/look/tokens.css';
import './kernel/look/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { listenToKeys } from './kernel/keyboard/keys.svelte';
import { followLinks } from './kernel/router.svelte';
import { theme } from './kernel/look/theme.svelte';

theme.usually('dark');
followLinks();
listenToKeys();
const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
