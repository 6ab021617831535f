//! What the front learns of the core's decisions.

use super::Driver;
use crate::core::time::Now;
use crate::web::to_js;

impl Driver {
    /// Publishes what the core has decided, unless the front knows it already.
    pub(super) fn publish(&self, now: Now) {
        let (session, lease) = {
            let session = self.session().borrow();
            // During the first restore nothing is published. A page that comes back publishes even while it restores: its
            // session may just have gone, and the event says so at once.
            if session.is_restoring() && !self.published.borrow().has_published() {
                return;
            }
            (session.view(), session.lease(now))
        };
        if self.published.borrow_mut().update(session.as_ref(), lease.as_ref()) {
            to_js::publish(session.as_ref(), lease.as_ref(), &self.context);
        }
    }

    /// Takes the lease from the front: until the core has decided anew, each call goes to the core.
    pub(super) fn withhold_lease(&self) {
        let session = self.published.borrow_mut().withhold();
        if let Some(session) = session {
            to_js::publish(Some(&session), None, &self.context);
        }
    }
}
