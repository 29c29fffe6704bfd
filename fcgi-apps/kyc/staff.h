/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff.h: the pages of who decides about applications, by file. */
#ifndef CLICKNET_KYC_STAFF_H
#define CLICKNET_KYC_STAFF_H

#include "bank/application.h"
#include "lib/app.h"

/* staff.c: the queue. */
handler staff_applications;
/* staff_file.c: all there is about one application. */
handler staff_application, staff_document;
/* staff_pdf.c: the same as a document. */
handler staff_application_pdf;
/* staff_report.c: how applications went. */
handler staff_report;
/* staff_decide.c: what is said about it. */
handler staff_decision, staff_screening;

/* staff_file.c: the application an address of a staff page names; the asking
 * person is one who decides. ERR_MISSING. */
enum err staff_application_of(struct req *, struct application *out);

/* staff_parts.c, staff_evidence.c: parts of the file's view, each added to
 * ${view}. */
enum err staff_add_person(struct req *, json_object *view,
			  const struct application *);
enum err staff_add_documents(struct req *, json_object *view,
			     const struct application *);
enum err staff_add_identity(struct req *, json_object *view,
			    const struct application *);
enum err staff_add_screening(struct req *, json_object *view,
			     const struct application *);
enum err staff_add_decisions(struct req *, json_object *view,
			     const struct application *);
enum err staff_add_record(struct req *, json_object *view,
			  const struct application *, int rows);

/* staff_file.c: all of them, of the record the newest ${rows}, and what stands
 * above them. */
enum err staff_add_all(struct req *, json_object *view,
		       const struct application *, int rows);

/* staff_pdf.c: answers with a document, kept as ${name}.pdf; and has the
 * answer kept as ${name}.${ending}. */
struct pdf_page;
enum err staff_pdf(struct req *, struct resp *, const struct pdf_page *,
		   const char *name);
void staff_download(struct req *, struct resp *, const char *name,
		    const char *ending);

/* For pages: how long since ${instant}, as "wait" with one of days, hours,
 * minutes and now, each with its "count". */
void staff_add_wait(json_object *, int64_t instant);

#endif
