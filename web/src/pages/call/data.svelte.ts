/**
 * What a call page asks the server: the facts once, verdicts of everybody for the lanes, full metrics of the people
 * in view for the charts, events. Refreshed in place while the call is live.
 */
import { get } from "../../lib/api";
import { callDetail, series as completeSeries } from "../../lib/facts";
import { Resource } from "../../lib/resource.svelte";
import type { CallDetail, CallEvent, Series } from "../../lib/types";

const LANE_POINTS = 360;
const CHART_POINTS = 900;
const EVENT_LIMIT = 5000;

export interface Wanted {
  from: number;
  to: number;
  people: string[];
}

export class CallData {
  readonly detail: Resource<CallDetail>;
  readonly lanes: Resource<Series>;
  readonly series: Resource<Series>;
  readonly events: Resource<CallEvent[]>;
  private closed = false;
  private wanted: Wanted = { from: 0, to: 0, people: [] };

  constructor(readonly id: string) {
    const path = `/calls/${encodeURIComponent(id)}`;
    this.detail = new Resource(async (signal) =>
      callDetail(await get<Partial<CallDetail>>(path, {}, signal)),
    );
    this.lanes = new Resource(async (signal) =>
      completeSeries(
        await get<Partial<Series>>(`${path}/series`, { points: LANE_POINTS, columns: "verdict" }, signal),
      ),
    );
    this.series = new Resource(async (signal) => {
      const { from, to, people } = this.wanted;
      const params = {
        from: Math.floor(from),
        to: Math.ceil(to),
        points: CHART_POINTS,
        participant: people.join(","),
      };
      return completeSeries(await get<Partial<Series>>(`${path}/series`, params, signal));
    });
    this.events = new Resource(async (signal) => {
      const body = await get<{ events?: CallEvent[] }>(`${path}/events`, { limit: EVENT_LIMIT }, signal);
      return (body.events ?? []).map((event) => ({
        ...event,
        name: event.name ?? "",
        text: event.text ?? "",
      }));
    });
  }

  start(): void {
    void this.detail.load();
    void this.lanes.load();
    void this.events.load();
  }

  refresh(): void {
    if (this.closed) return;
    this.start();
    if (this.wanted.people.length) void this.series.load(this.wanted.people.join());
  }

  /** Metrics of some people in a window; changing only the window keeps the old lines until the finer ones are there. */
  want(wanted: Wanted): void {
    if (this.closed) return;
    this.wanted = wanted;
    void this.series.load(wanted.people.join());
  }

  /** Asks for nothing any more: the page is left, or the call is gone. */
  stop(): void {
    this.closed = true;
    for (const resource of [this.detail, this.lanes, this.series, this.events]) resource.stop();
  }
}
