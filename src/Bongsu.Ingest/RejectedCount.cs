using Bongsu.Telemetry;

namespace Bongsu.Ingest;

public readonly record struct RejectedCount(Signal Signal, RejectReason Reason, long Count);
