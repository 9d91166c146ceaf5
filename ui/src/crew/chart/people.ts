/** Who did it, as the data set codes it: a level of the unit's crew (NEMSIS v3.5.1, EMSCaregiverLevel). */
import type { UnitRow } from '../../kernel/rows';
import type { Dictionary } from './dictionary';
import { at, textOf, type Leaf, type Tree } from './tree';

const ROLE: Record<UnitRow['skill'], string> = { emr: '9905003', emt: '9905005', aemt: '9905001', paramedic: '9905007' };
const NAMES: Record<string, string> = { '9905003': 'EMR', '9905005': 'EMT', '9905001': 'AEMT', '9905007': 'Paramedic' };
const HIGHEST_FIRST = ['9905007', '9905001', '9905005', '9905003'];
/** Where it is charted who gave or did what stands at an element. */
const BY: Record<string, string> = { 'eMedications.03': 'eMedications.10', 'eProcedures.03': 'eProcedures.10' };

/** "EMT": how crews say a level; "this level" for one that is none of the four. */
export const levelName = (role: string): string => NAMES[role] ?? 'this level';

/** The levels of the crew that signed on, highest first; of a unit whose crew is not known, its own. */
export function rolesAboard(unit: Pick<UnitRow, 'skill' | 'crew'> | null): string[] {
  if (!unit) return [];
  const skills = unit.crew.length > 0 ? unit.crew.map((one) => one.skill as UnitRow['skill']) : [unit.skill];
  const aboard = new Set(skills.map((skill) => ROLE[skill]));
  return HIGHEST_FIRST.filter((role) => aboard.has(role));
}

/** Whose scope a medication or procedure is held to: the role charted with it, else the highest level aboard. */
export function roleAt(path: string, tree: Tree, unit: Pick<UnitRow, 'skill' | 'crew'> | null, of: Dictionary): string | null {
  const [group, element] = [path.replace(/\/?[^/]*$/, ''), path.split('/').at(-1)!];
  const by = BY[element];
  if (!by || !of.has(by)) return null;
  const said = group ? textOf(at(tree, `${group}/${by}`, of) as Leaf | undefined) : null;
  return said ?? rolesAboard(unit)[0] ?? null;
}
