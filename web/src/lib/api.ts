/** The one place that talks HTTP: JSON in, JSON out, every failure an `ApiError` with the server's own words. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export type Params = Record<string, string | number | boolean | null | undefined>;

/** Query text of the parameters that are set; '' when none is. */
export function queryText(params: Params): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "") search.set(key, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

interface ErrorBody {
  code?: string;
  message?: string;
  hint?: string;
}

async function failure(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as ErrorBody;
  const message = body.message ?? `The server answered ${response.status}.`;
  return new ApiError(response.status, body.code ?? `http_${response.status}`, message, body.hint ?? "");
}

async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  // The header a foreign page cannot send without asking: protects cookie requests against forgery.
  if (method !== "GET") headers["X-Requested-With"] = "rtclens";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ?? null,
      credentials: "same-origin",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(
      0,
      "unreachable",
      "The server cannot be reached.",
      "Check that it runs and that you are online.",
    );
  }
  if (!response.ok) throw await failure(response);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

export const get = <T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> =>
  request<T>("GET", path + queryText(params), undefined, signal);
export const post = <T>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> =>
  request<T>("POST", path, body, signal);
export const patch = <T>(path: string, body: unknown): Promise<T> => request<T>("PATCH", path, body);
export const remove = <T>(path: string): Promise<T> => request<T>("DELETE", path);
