"""ObserveRTC: every client generation from 2020 to 2026, in every encoding its SDKs wrote."""
