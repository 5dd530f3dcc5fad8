/*
 * What uname(2) says of this system. The name and release are those of the Linux whose ABI programs
 * find here: C libraries refuse to start on anything much older.
 */
#ifndef KERNEL_LIB_UTSNAME_H
#define KERNEL_LIB_UTSNAME_H

#define UTS_SYSNAME "Linux"
#define UTS_RELEASE "6.1.0-pagoda"
#define UTS_VERSION "#1 Pagoda"
#define UTS_MACHINE "i686"

#endif
