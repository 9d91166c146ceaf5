/** Who did it, as the data set codes it: the level of the unit's highest qualified member (NEMSIS v3.5.1, EMSCaregiverLevel). */
import type { UnitRow } from '../../kernel/rows';
import type { Tree } from './tree';

const ROLE: Record<UnitRow['skill'], string> = { emr: '9905003', emt: '9905005', aemt: '9905001', paramedic: '9905007' };

/** The role's element, filled; nothing while the unit is not known. */
export function roleOf(unit: UnitRow | null, element: string): Tree {
  return unit ? { [element]: ROLE[unit.skill] } : {};
}
