"""seller-inbox: one terminal inbox for people who sell alone on several channels."""
