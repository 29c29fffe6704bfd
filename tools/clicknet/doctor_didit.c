/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* doctor_didit.c: whether Didit can look who applicants are. */
#include <string.h>

#include "lib/settings.h"
#include "tools/clicknet/doctor.h"

/* What it still needs; NULL: nothing. */
static const char *
lacks(const struct settings *s)
{
	return *s->DIDIT_API_KEY == '\0'	  ? "DIDIT_API_KEY"
	       : *s->DIDIT_WORKFLOW_ID == '\0'	  ? "DIDIT_WORKFLOW_ID"
	       : *s->DIDIT_WEBHOOK_SECRET == '\0' ? "DIDIT_WEBHOOK_SECRET"
	       : *s->PUBLIC_BASE_URL == '\0'	  ? "PUBLIC_BASE_URL"
						  : NULL;
}

void
doctor_didit(struct doctor *d)
{
	const struct settings *s = settings();
	const char *what = lacks(s);

	if (*s->DIDIT_API_KEY == '\0' && *s->DIDIT_WORKFLOW_ID == '\0' &&
	    *s->DIDIT_WEBHOOK_SECRET == '\0')
		return;
	if (what != NULL)
		doctor_bad(d, "didit", "%s is not set: until it is, the desk "
			   "looks who applicants are.", what);
	else if (s->PRODUCTION &&
		 strncmp(s->DIDIT_API_BASE, "https://", 8) != 0)
		doctor_bad(d, "didit", "DIDIT_API_BASE is %s: whoever answers "
			   "there says who applicants are.",
			   s->DIDIT_API_BASE);
	else if (strncmp(s->PUBLIC_BASE_URL, "https://", 8) != 0)
		doctor_warn(d, "didit", "PUBLIC_BASE_URL is no https:// "
			    "address: Didit cannot send people back there.");
	else
		doctor_ok(d, "didit", "asked at %s; its console sends reports "
			  "to /didit-webhook on the port for them",
			  s->DIDIT_API_BASE);
}
