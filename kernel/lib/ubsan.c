/*
 * What -fsanitize=undefined calls when the kernel does what C does not define (debug builds): the place in the source,
 * and a panic. The data of each kind, which the compiler lays out, begins with the place.
 */
#include "kernel/lib/bug.h"
#include "kernel/lib/types.h"

struct source_location {
	const char *file;
	u32 line, column;
};

#define HANDLER(name, what)                                                                      \
	void __ubsan_handle_##name(const struct source_location *at);                            \
	void __ubsan_handle_##name(const struct source_location *at)                             \
	{                                                                                        \
		panic("undefined behaviour at %s:%u:%u: " what, at->file, at->line, at->column); \
	}

HANDLER(divrem_overflow, "a division by zero, or one that overflows")
HANDLER(shift_out_of_bounds, "a shift by more bits than there are, or by less than none")
HANDLER(out_of_bounds, "an index outside its array")
HANDLER(load_invalid_value, "a bool or enum with a value that it cannot have")
HANDLER(nonnull_arg, "NULL for an argument that must not be")
HANDLER(invalid_builtin, "a builtin with an argument that it cannot take")
HANDLER(builtin_unreachable, "a place that cannot be reached")
