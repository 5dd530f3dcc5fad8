/*
 * The PC keyboard: key strokes become the bytes that a terminal sends.
 */
#ifndef DRIVERS_KEYBOARD_H
#define DRIVERS_KEYBOARD_H

#include "kernel/lib/types.h"

/*
 * From now on `rx(byte)` is called in interrupt context for every byte typed; a special key is several (escape sequences as
 * on Linux's console). Returns 0, -ENODEV where there is no keyboard controller, or request_irq's error.
 */
int keyboard_set_rx(void (*rx)(u8 byte));

#endif
