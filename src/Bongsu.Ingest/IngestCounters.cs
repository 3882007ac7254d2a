using System.Collections.Concurrent;
using Bongsu.Telemetry;

namespace Bongsu.Ingest;

/// <summary>Counts of what came in and what was refused since start. Thread-safe.</summary>
public sealed class IngestCounters
{
    private readonly long[] _accepted = new long[3];
    private readonly long[] _bodyBytes = new long[3];
    private readonly long[] _requests = new long[3];
    private readonly long[,] _rejected = new long[3, Enum.GetValues<RejectReason>().Length];
    private readonly ConcurrentDictionary<string, long> _redacted = new();
    private long _malformed;
    private long _refused;
    private long _repairedTexts;
    private long _derivedOverflow;
    private long _inflightBytes;
    private long _patterns;
    private long _patternsEvicted;
    private long _linesWithoutPattern;

    internal void Request(Signal signal, long bodyBytes)
    {
        Interlocked.Increment(ref _requests[(int)signal]);
        Interlocked.Add(ref _bodyBytes[(int)signal], bodyBytes);
    }

    internal void Outcome(Signal signal, IngestOutcome outcome, int repairedTexts)
    {
        Interlocked.Add(ref _accepted[(int)signal], outcome.Accepted);
        Interlocked.Add(ref _repairedTexts, repairedTexts);
        foreach (var rejection in outcome.Rejections)
            Interlocked.Add(ref _rejected[(int)signal, (int)rejection.Reason], rejection.Count);
    }

    internal void Malformed() => Interlocked.Increment(ref _malformed);

    /// <summary>A request that was sent away unread: too large, too many at once, a wrong type.</summary>
    internal void Refused() => Interlocked.Increment(ref _refused);

    internal void Redacted(string rule, long count) => _redacted.AddOrUpdate(rule, static (_, c) => c, static (_, old, c) => old + c, count);

    internal void DerivedOverflow(long count) => Interlocked.Add(ref _derivedOverflow, count);

    internal void Patterns(long kept, long evicted, long linesWithoutPattern, long linesNotCounted)
    {
        Interlocked.Exchange(ref _patterns, kept);
        Interlocked.Add(ref _patternsEvicted, evicted);
        Interlocked.Add(ref _linesWithoutPattern, linesWithoutPattern);
        DerivedOverflow(linesNotCounted);
    }

    internal void Inflight(long change) => Interlocked.Add(ref _inflightBytes, change);

    /// <summary>All figures at about one moment.</summary>
    public IngestSnapshot Snapshot()
    {
        var rejected = new List<RejectedCount>();
        foreach (var signal in Enum.GetValues<Signal>())
        {
            foreach (var reason in Enum.GetValues<RejectReason>())
            {
                if (Interlocked.Read(ref _rejected[(int)signal, (int)reason]) is > 0 and var count)
                    rejected.Add(new RejectedCount(signal, reason, count));
            }
        }
        return new IngestSnapshot
        {
            Requests = PerSignal(_requests),
            BodyBytes = PerSignal(_bodyBytes),
            Accepted = PerSignal(_accepted),
            Rejected = rejected,
            RedactedByRule = new SortedDictionary<string, long>(_redacted, StringComparer.Ordinal),
            MalformedRequests = Interlocked.Read(ref _malformed),
            RefusedRequests = Interlocked.Read(ref _refused),
            RepairedTexts = Interlocked.Read(ref _repairedTexts),
            DerivedOverflow = Interlocked.Read(ref _derivedOverflow),
            InflightBytes = Interlocked.Read(ref _inflightBytes),
            Patterns = Interlocked.Read(ref _patterns),
            PatternsEvicted = Interlocked.Read(ref _patternsEvicted),
            LinesWithoutPattern = Interlocked.Read(ref _linesWithoutPattern),
        };
    }

    private static Dictionary<Signal, long> PerSignal(long[] counts)
    {
        var result = new Dictionary<Signal, long>();
        foreach (var signal in Enum.GetValues<Signal>())
            result[signal] = Interlocked.Read(ref counts[(int)signal]);
        return result;
    }
}
