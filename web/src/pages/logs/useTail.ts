import { useEffect, useRef, useState } from 'react';
import { tailUrl, type TailMessage } from '../../api/loki';
import { lastNano, NOTHING, received, resumed, waitMs, type TailState } from './tail';

export type TailLink = 'connecting' | 'open' | 'lost';

const HISTORY_MS = 60_000;
const HISTORY_LINES = 200;

/** New lines as they come; while paused they wait. A broken connection is taken up again from the last line. */
export function useTail(query: string, on: boolean, paused: boolean): { state: TailState; link: TailLink; resume: () => void } {
  const [state, setState] = useState<TailState>(NOTHING);
  const [link, setLink] = useState<TailLink>('connecting');
  const isPaused = useRef(paused);
  const last = useRef<string | null>(null);
  useEffect(() => {
    isPaused.current = paused;
  }, [paused]);
  useEffect(() => {
    last.current = lastNano(state);
  }, [state]);
  useEffect(() => {
    if (!on) return;
    setState(NOTHING);
    setLink('connecting');
    last.current = null;
    let failures = 0;
    let socket: WebSocket | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const connect = () => {
      socket = new WebSocket(tailUrl(query, last.current ?? `${Date.now() - HISTORY_MS}000000`, HISTORY_LINES));
      socket.onopen = () => {
        failures = 0;
        setLink('open');
      };
      socket.onmessage = (event) => setState((before) => received(before, readMessage(event.data), isPaused.current));
      socket.onclose = () => {
        if (isOver) return;
        setLink('lost');
        timer = setTimeout(connect, waitMs(failures++));
      };
    };
    connect();
    return () => {
      isOver = true;
      clearTimeout(timer);
      socket?.close();
    };
  }, [query, on]);
  return { state, link, resume: () => setState(resumed) };
}

function readMessage(data: unknown): TailMessage {
  try {
    return JSON.parse(String(data)) as TailMessage;
  } catch {
    return {};
  }
}
