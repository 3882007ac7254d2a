using Bongsu.Telemetry;

namespace Bongsu.Ingest;

/// <summary>
/// Counts the refused records of one request by reason. The details of the first few offenders are kept for the sender; more of the same reason
/// are only counted. Not thread-safe; reusable through <see cref="Clear"/>.
/// </summary>
public sealed class RejectionTally
{
    // Enough for a person to find the fault; a hostile sender cannot make the answer long.
    private const int MaxDetails = 8;
    private const int MaxDetailLength = 400;

    private readonly List<Rejection> _rejections = [];

    public IReadOnlyList<Rejection> Rejections => _rejections;

    public int Count { get; private set; }

    /// <summary>Text that was not UTF-8 and was repaired, in this request.</summary>
    public int RepairedTexts { get; set; }

    /// <summary>When it is worth sending again what a daily budget refused; 0: nothing was.</summary>
    public int RetryAfterSeconds { get; set; }

    public void Add(RejectReason reason, string detail, int count = 1)
    {
        if (count <= 0)
            return;
        Count += count;
        if (detail.Length > MaxDetailLength)
            detail = string.Concat(detail.AsSpan(0, MaxDetailLength), "…");
        var same = -1;
        for (var i = 0; i < _rejections.Count; i++)
        {
            if (_rejections[i].Reason != reason)
                continue;
            same = i;
            if (_rejections[i].Detail == detail)
                break;
        }
        if (same >= 0 && (_rejections[same].Detail == detail || _rejections.Count >= MaxDetails))
            _rejections[same] = _rejections[same] with { Count = _rejections[same].Count + count };
        else
            _rejections.Add(new Rejection(reason, count, detail));
    }

    /// <summary>The rejections joined with those of a store, as a list of its own.</summary>
    public IReadOnlyList<Rejection> With(IReadOnlyList<Rejection> more) => _rejections.Count == 0 ? more : [.. _rejections, .. more];

    public void Clear()
    {
        _rejections.Clear();
        Count = 0;
        RepairedTexts = 0;
        RetryAfterSeconds = 0;
    }
}
