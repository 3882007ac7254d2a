using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Telemetry.Logs;

/// <summary>What to delete: records of streams that pass all matchers, with a time in [FromNanos, ToNanos) and a line that passes all line matchers.</summary>
/// <param name="FromNanos">First time, ns since the epoch.</param>
/// <param name="ToNanos">First time that stays.</param>
/// <param name="Matchers">On stream labels; all must pass.</param>
/// <param name="Lines">On the body as text; all must pass.</param>
public sealed record LogDeletion(long FromNanos, long ToNanos, IReadOnlyList<LabelMatcher> Matchers, IReadOnlyList<LineMatcher> Lines)
{
    /// <summary>When it was asked for, ms since the epoch.</summary>
    public long CreatedUnixMs { get; init; }

    /// <summary>The request in the words of who asked, to be shown.</summary>
    public string Query { get; init; } = "";

    /// <summary>Whether a record's line passes; its stream and time are looked at elsewhere.</summary>
    public bool PassesLine(LogBatch batch, int record)
    {
        if (Lines.Count == 0)
            return true;
        var body = batch.Records[record].Body;
        var line = body.Kind == AttributeKind.String ? batch.Arena.Get(body.Payload) : Encoding.UTF8.GetBytes(batch.BodyText(record));
        foreach (var matcher in Lines)
        {
            if (!matcher.Matches(line))
                return false;
        }
        return true;
    }
}
