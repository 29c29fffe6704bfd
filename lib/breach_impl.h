/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* breach_impl.h: what a list of hashes looks like; for breach*.c alone. */
#ifndef CLICKNET_BREACH_IMPL_H
#define CLICKNET_BREACH_IMPL_H

enum { BREACH_HEAD = 16, BREACH_ROW = 10 };
extern const char breach_head[BREACH_HEAD];

#endif
