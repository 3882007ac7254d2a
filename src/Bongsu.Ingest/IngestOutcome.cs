using System.Text;
using Bongsu.Telemetry;

namespace Bongsu.Ingest;

/// <summary>What became of one request: accepted records are durable, the others are counted with their reasons.</summary>
public sealed record IngestOutcome(int Accepted, IReadOnlyList<Rejection> Rejections)
{
    /// <summary>What of the request is durable, by kind; only known of metrics.</summary>
    public WrittenCounts Written { get; init; }

    /// <summary>When the daily budgets for which alone something was refused begin anew; 0: nothing was, or not for them alone.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>Log lines that said no time and got that of their arrival; only known of JSON lines.</summary>
    public int WithoutTime { get; init; }

    public int Rejected => new AppendResult(Accepted, Rejections).Rejected;

    /// <summary>Some records were refused for want of memory or disk: the sender should send the request again later.</summary>
    public bool IsStoreFull => Has(RejectReason.MemoryLimit) || Has(RejectReason.DiskFull);

    /// <summary>Nothing was accepted, and all of it for a reason that may pass.</summary>
    public bool IsAllRetryable
    {
        get
        {
            if (Accepted > 0 || Rejections.Count == 0)
                return false;
            foreach (var rejection in Rejections)
            {
                if (rejection.Reason is not (RejectReason.MemoryLimit or RejectReason.DiskFull or RejectReason.SeriesBudget or RejectReason.DailyBudget))
                    return false;
            }
            return true;
        }
    }

    /// <summary>The reasons in words, for the sender.</summary>
    public string Reasons()
    {
        var text = new StringBuilder();
        foreach (var rejection in Rejections)
        {
            if (text.Length > 0)
                text.Append("; ");
            text.Append(rejection.Count).Append(" refused: ").Append(rejection.Detail);
        }
        return text.ToString();
    }

    private bool Has(RejectReason reason)
    {
        foreach (var rejection in Rejections)
        {
            if (rejection.Reason == reason)
                return true;
        }
        return false;
    }
}
