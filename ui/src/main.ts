import './kernel/fonts.css';
import './kernel/tokens.css';
import './kernel/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { listenToKeys } from './kernel/keys.svelte';
import { followLinks } from './kernel/router.svelte';
import { theme } from './kernel/theme.svelte';

theme.usually('dark');
followLinks();
listenToKeys();
const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
