/** The generated world: which calls exist, who is in them and what goes wrong. Everything else is derived from this. */
import type { Segment } from "../src/lib/types";
import { hash, hex, pick, seeded, type Random } from "./random";

export type FaultKind = "uplink" | "downlink" | "cpu" | "mic" | "gap" | "path";

export interface Fault {
  kind: FaultKind;
  person: number;
  from: number;
  to: number;
  strength: number;
}

export interface CallPlan {
  id: string;
  app: string;
  name: string;
  people: string[];
  startedAt: number;
  seconds: number;
  live: boolean;
  topology: "p2p" | "sfu";
  format: string;
  faults: Fault[];
}

export const DAY = 86_400_000;
export const NOW = Date.now();
export const APPS = [
  { id: "app_meet", name: "Meet", api_key: "k3v9x0q7m2d8s5h1t6w4b0n8c3z7r5yp", paused: false },
  { id: "app_clinic", name: "Clinic rooms", api_key: "p8w2n6c4j0f5t9r3y7d1k6v8x2m4h5qa", paused: false },
  { id: "app_new", name: "Support widget", api_key: "a1s2d3f4g5h6j7k8l9z0x1c2v3b4n5mq", paused: false },
];

export const SEGMENT_OF: Record<FaultKind, Segment> = {
  uplink: "sender_uplink",
  downlink: "receiver_downlink",
  cpu: "sender_device",
  mic: "sender_device",
  gap: "telemetry",
  path: "",
};

const NAMES =
  "Ana Lindqvist,Ben Okafor,Chloé Martin,Dmitri Volkov,Emre Yılmaz,Fatima Haddad,Goran Petrović,Hana Suzuki,Iker Etxeberria,Jonas Weber,Kavya Rao,Lucía Fernández,Mateo Rossi,Nadia Benali,Oskar Nowak,Priya Nair,Quentin Dubois,Rosa Almeida,Sven Larsson,Tomás Silva,Uma Krishnan,Viktor Horváth,Wei Zhang,Ximena Torres,Yara Khalil,Zoe Papadaki".split(
    ",",
  );
const ROOMS =
  "Weekly sync,Design review,Stand-up,Interview,Customer call,Retro,Planning,1:1,Support case 4411,Board preview,Onboarding,Incident bridge,Sales demo,Office hours".split(
    ",",
  );

function person(index: number): string {
  const name = NAMES[index % NAMES.length] as string;
  return index < NAMES.length ? name : `${name} ${Math.floor(index / NAMES.length) + 1}`;
}

const crew = (n: number, from = 0): string[] => Array.from({ length: n }, (_, index) => person(from + index));

function plan(
  name: string,
  people: string[],
  agoMin: number,
  minutes: number,
  more: Partial<CallPlan> = {},
): CallPlan {
  return {
    id: `call_${hex(hash(name + agoMin))}`,
    app: "app_meet",
    name,
    people,
    startedAt: NOW - agoMin * 60_000,
    seconds: minutes * 60,
    live: false,
    topology: people.length > 2 ? "sfu" : "p2p",
    format: "peermetrics",
    faults: [],
    ...more,
  };
}

const fault = (kind: FaultKind, who: number, from: number, to: number, strength = 1): Fault => ({
  kind,
  person: who,
  from,
  to,
  strength,
});

/** The calls that pages are judged by; ids are fixed so that tests and screenshots can name them. */
export const SPECIAL: CallPlan[] = [
  plan("Weekly sync", crew(5), 95, 42, {
    id: "call_bad",
    faults: [fault("uplink", 0, 610, 1015), fault("mic", 3, 1500, 1590), fault("cpu", 1, 1750, 1900, 0.7)],
  }),
  plan("Design review", crew(4, 5), 14, 14, {
    id: "call_live",
    live: true,
    format: "observertc",
    faults: [fault("downlink", 2, 420, 560), fault("downlink", 2, 760, 99_999, 0.8)],
  }),
  plan("Contract negotiation", crew(2, 9), 260, 18, {
    id: "call_unclear",
    format: "rtcstats",
    faults: [fault("path", 0, 300, 520), fault("gap", 1, 640, 760)],
  }),
  plan("Waiting room", crew(1, 12), 320, 6, { id: "call_solo", app: "app_clinic", format: "rtcstats" }),
  plan("All hands", crew(50), 1500, 60, {
    id: "call_large",
    format: "observertc",
    faults: [
      fault("uplink", 7, 900, 1260),
      fault("downlink", 21, 300, 2400, 0.8),
      fault("cpu", 33, 1800, 2400),
      fault("gap", 40, 1200, 1500),
    ],
  }),
  plan("Interview <b>panel</b> & notes", crew(3, 14), 500, 31, { id: "call_good" }),
  plan("Three seconds", crew(2, 17), 610, 0.05, { id: "call_short" }),
];

function ordinary(index: number): CallPlan {
  const random = seeded(7919 + index);
  const people = crew(1 + Math.floor(random() * random() * 9 + random() * 2), Math.floor(random() * 40));
  const agoMin = 30 + Math.floor(index * 66 + random() * 50);
  const minutes = 2 + Math.floor(random() * 55);
  return plan(pick(random, ROOMS), people, agoMin, minutes, {
    id: `call_${hex(index + 1)}`,
    app: random() < 0.7 ? "app_meet" : "app_clinic",
    format: pick(random, ["peermetrics", "observertc", "rtcstats"]),
    faults: ordinaryFaults(random, people.length, minutes * 60),
  });
}

function ordinaryFaults(random: Random, people: number, seconds: number): Fault[] {
  const n = random() < 0.62 ? 0 : 1 + Math.floor(random() * 2);
  const kinds: FaultKind[] = ["uplink", "uplink", "downlink", "downlink", "cpu", "mic", "gap", "path"];
  return Array.from({ length: n }, () => {
    const from = Math.floor(random() * seconds * 0.7);
    const to = Math.min(seconds, from + 20 + Math.floor(random() * seconds * 0.3));
    return fault(pick(random, kinds), Math.floor(random() * people), from, to, 0.4 + random() * 0.6);
  });
}

export const PLANS: CallPlan[] = [
  ...SPECIAL,
  ...Array.from({ length: 150 }, (_, index) => ordinary(index)),
].sort((a, b) => b.startedAt - a.startedAt);
