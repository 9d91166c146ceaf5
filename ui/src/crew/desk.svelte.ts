/** A crew's own world: its unit, assignments, hand-overs and charts; every command goes through the outbox. */
import type { SvelteMap } from 'svelte/reactivity';
import { live } from '../kernel/link/live.svelte';
import type { Fields } from '../kernel/link/commands';
import { outbox } from '../kernel/outbox/outbox.svelte';
import type { Entry } from '../kernel/outbox/outbox_store';
import type { AssignmentRow, FacilityRow, IncidentRow, UnitRow } from '../kernel/rows';
import type { HandoverRow, RecordRow } from '../kernel/rows_handoff';
import { clock } from '../kernel/time/clock.svelte';
import { recall, remember, type Remembered } from './memory';
import { assignmentWith, handoversWith, type Given } from './pending';

export interface Work {
  incident: IncidentRow;
  assignment: AssignmentRow;
}

interface Sent extends Given {
  /** The server's position after it; the rows have caught up once the link is there. */
  seq: number;
}

export class CrewDesk {
  private readonly incidents: SvelteMap<string, IncidentRow> = live.view<IncidentRow>('incidents');
  private readonly units: SvelteMap<string, UnitRow> = live.view<UnitRow>('units');
  private readonly handoverRows: SvelteMap<string, HandoverRow> = live.view<HandoverRow>('handovers');
  private readonly facilityRows: SvelteMap<string, FacilityRow> = live.view<FacilityRow>('facilities');
  private readonly recordRows: SvelteMap<string, RecordRow> = live.view<RecordRow>('records');
  /** What a page opened without a link shows: what was known when the link was last there. */
  private readonly remembered: Remembered | null;
  private sent = $state<Sent[]>([]);

  constructor(readonly unitId: string) {
    this.remembered = recall(unitId);
    outbox.onAnswer((entry, answer) => {
      if (answer.kind === 'accepted') this.sent = [...this.sent, { ...entry, seq: answer.seq }];
    });
  }

  private readonly fresh = $derived.by(() => live.loaded('units') && live.loaded('incidents'));
  /** Rows are there, from the server or from memory. */
  readonly known = $derived.by(() => this.fresh || this.remembered !== null);
  private readonly given = $derived.by<Given[]>(() => [...this.sent.filter((one) => one.seq > live.link.seq), ...outbox.waiting]);

  readonly unit = $derived.by<UnitRow | null>(() => (this.fresh ? this.units.get(this.unitId) : this.remembered?.unit) ?? null);
  readonly call_sign = $derived.by(() => this.unit?.call_sign ?? this.unitId);
  private readonly ours = $derived.by(() => this.fresh ? [...this.incidents.values()].filter((row) => row.assignments.some((one) => one.unit === this.unitId)) : (this.remembered?.incidents ?? []));
  /** What this unit works on, most pressing first; what ended on this device is gone at once. */
  readonly work = $derived.by<Work[]>(() => this.ours
      .flatMap((incident) => incident.assignments.filter((one) => one.unit === this.unitId).map((one) => ({ incident, assignment: assignmentWith(one, this.given) })))
      .filter(({ assignment }) => assignment.active)
      .sort((a, b) => (a.incident.level ?? 6) - (b.incident.level ?? 6) || a.assignment.since - b.assignment.since));
  readonly handovers = $derived.by<HandoverRow[]>(() => handoversWith(
      this.fresh ? [...this.handoverRows.values()].filter((row) => row.unit === this.unitId) : (this.remembered?.handovers ?? []),
      this.given,
      (fields) => this.announced(fields),
    ));
  readonly facilities = $derived.by<FacilityRow[]>(() => this.fresh ? [...this.facilityRows.values()] : (this.remembered?.facilities ?? []));
  /** Charts that are not locked, those opened here and not yet sent among them. */
  readonly records = $derived.by<RecordRow[]>(() => {
    const rows = this.fresh ? [...this.recordRows.values()].filter((row) => row.unit === this.unitId) : [...(this.remembered?.records ?? [])];
    for (const { name, fields } of this.given) {
      if (name !== 'open-record' || rows.some((row) => row.id === fields.record)) continue;
      rows.push({
        id: fields.record as string,
        incident: fields.incident as string,
        number: this.ours.find((row) => row.id === fields.incident)?.number ?? '',
        assignment: fields.assignment as string,
        unit: this.unitId,
        call_sign: this.call_sign,
        patient_number: fields.patient as number,
        opened_at: fields.at as number,
        missing: 0,
      });
    }
    return rows.sort((a, b) => a.opened_at - b.opened_at || a.patient_number - b.patient_number);
  });
  readonly handover = (assignment: string): HandoverRow | null => this.handovers.find((row) => row.assignment === assignment) ?? null;

  /** Keep a command on this device and send it when it can go. Its time is now, or when the person says it was. */
  give(part: string, name: string, fields: Fields, says: string, at: number = clock.exact()): Promise<Entry> {
    return outbox.add(part, name, { ...fields, at }, says);
  }

  /** What stands against an entry of ours, to show beside the control it came from. */
  refusal(fits: (entry: Entry) => boolean): Entry | null {
    return outbox.refused.find(fits) ?? null;
  }

  /** Keep what is shown for a page that is opened without a link; forget what the rows have caught up with. */
  settle(): void {
    if (!this.fresh) return;
    const left = this.sent.filter((one) => one.seq > live.link.seq);
    if (left.length !== this.sent.length) this.sent = left;
    remember(this.unitId, {
      unit: this.unit,
      incidents: this.ours,
      handovers: [...this.handoverRows.values()].filter((row) => row.unit === this.unitId),
      facilities: this.facilities,
      records: [...this.recordRows.values()].filter((row) => row.unit === this.unitId),
    });
  }

  private announced(fields: Fields): HandoverRow {
    const to = this.facilities.find((row) => row.id === fields.facility);
    return {
      id: fields.handover as string,
      facility: fields.facility as string,
      facility_name: to?.name ?? String(fields.facility),
      incident: fields.incident as string,
      number: '',
      assignment: fields.assignment as string,
      unit: this.unitId,
      call_sign: this.call_sign,
      level: fields.level as number,
      alerts: (fields.alerts as string[]) ?? [],
      complaint: fields.complaint as string,
      age: fields.age as string,
      sex: fields.sex as string,
      words: fields.words as string,
      eta_at: null,
      alerted_at: fields.at as number,
      accepted_at: null,
      messages: [],
      arrived_at: null,
      bed: '',
      signatures: {},
      record: null,
      vitals: [],
    };
  }
}
