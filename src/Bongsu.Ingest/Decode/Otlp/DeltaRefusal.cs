using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>Why a delta point is refused, in words for the sender.</summary>
internal static class DeltaRefusal
{
    public static RejectReason Reason(DeltaOutcome outcome) => outcome switch
    {
        DeltaOutcome.Full => RejectReason.SeriesBudget,
        DeltaOutcome.Future => RejectReason.TooFarInFuture,
        DeltaOutcome.Late => RejectReason.TooOld,
        _ => RejectReason.Invalid,
    };

    public static string Detail(DeltaOutcome outcome, string metric, IngestLimits limits) => outcome switch
    {
        DeltaOutcome.Late => $"metric '{metric}' has a delta point that ends before those already counted; send delta points in order, or cumulative ones",
        DeltaOutcome.Conflict => $"metric '{metric}' has two delta points with different values for the same time; two senders share one identity: set service.instance.id",
        DeltaOutcome.Future => $"metric '{metric}' has a delta point that ends more than 10 minutes in the future; set the clock of the sender",
        DeltaOutcome.Backwards => $"metric '{metric}' has a delta point that starts after it ends",
        DeltaOutcome.NotFinite => $"metric '{metric}' has a delta point that is no finite number",
        _ => $"metric '{metric}': {limits.DeltaSeries} delta series are being added up, which is the limit; send cumulative points",
    };
}
