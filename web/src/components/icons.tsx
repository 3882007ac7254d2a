import {
  IconActivity, IconAlertTriangleFilled, IconArrowLeft, IconArrowRight, IconArrowUp, IconBell, IconBook2, IconBroadcast, IconChartLine, IconCheck, IconChevronRight,
  IconCircleCheck, IconCircleDashed, IconCircleMinus, IconCircleXFilled, IconClock, IconCopy, IconDatabase, IconDots, IconEyeOff, IconFlame, IconFlameFilled,
  IconInfoCircle, IconLink, IconListDetails, IconMessage, IconMoon, IconPlus, IconRadar, IconRoute, IconSearch, IconSend, IconSettings, IconStack2, IconTag, IconTarget, IconTimeline,
  IconUrgent, IconUserPlus, IconX, type TablerIcon,
} from '@tabler/icons-react';

// One look for all icons: Tabler, stroke 1.6, sized by the class; filled only for bad and warn.

const OUTLINE = {
  activity: IconActivity, left: IconArrowLeft, right: IconArrowRight, up: IconArrowUp, bell: IconBell, book: IconBook2, broadcast: IconBroadcast, chart: IconChartLine, check: IconCheck,
  chevron: IconChevronRight, good: IconCircleCheck, none: IconCircleDashed, minus: IconCircleMinus, clock: IconClock, copy: IconCopy, database: IconDatabase, dots: IconDots, hidden: IconEyeOff,
  flame: IconFlame, info: IconInfoCircle, link: IconLink, list: IconListDetails, message: IconMessage, moon: IconMoon, plus: IconPlus, radar: IconRadar, route: IconRoute, search: IconSearch, send: IconSend,
  settings: IconSettings, stack: IconStack2, tag: IconTag, target: IconTarget, timeline: IconTimeline, urgent: IconUrgent, assign: IconUserPlus, close: IconX,
} satisfies Record<string, TablerIcon>;

const FILLED = { bad: IconCircleXFilled, warn: IconAlertTriangleFilled, fire: IconFlameFilled } satisfies Record<string, TablerIcon>;

export type IconName = keyof typeof OUTLINE | keyof typeof FILLED;

export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  if (name in FILLED) {
    const Filled = FILLED[name as keyof typeof FILLED];
    return <Filled className={`i f ${className}`} aria-hidden="true" />;
  }
  const Outline = OUTLINE[name as keyof typeof OUTLINE];
  return <Outline className={`i ${className}`} aria-hidden="true" stroke={1.6} />;
}
