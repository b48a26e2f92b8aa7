"""When and as what an approved text becomes public: releases, schedule, corrections, withdrawals."""
