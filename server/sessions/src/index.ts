/** The door of sessions: staff sign in with their office's accounts and are known again; nothing is ever done in their name. */
export { type Session, TIMEOUTS, type Timeouts } from './session-book.ts';
export { CALLBACK_PATH, Staff } from './staff.ts';
export { readStaffSettings, StaffFileFault, type StaffSettings } from './staff-settings.ts';
