/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* doctor.h: what the doctor's files share. */
#ifndef CLICKNET_DOCTOR_H
#define CLICKNET_DOCTOR_H

#include "tools/clicknet/clicknet.h"

struct doctor {
	struct tool *tool;
	int bad;
};

/* One line of the report: what was looked at, and how to mend it. */
void doctor_ok(struct doctor *, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void doctor_warn(struct doctor *, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void doctor_bad(struct doctor *, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void doctor_engine(struct doctor *);
void doctor_places(struct doctor *);
void doctor_bank(struct doctor *);
void doctor_didit(struct doctor *);
void doctor_programs(struct doctor *);

#endif
