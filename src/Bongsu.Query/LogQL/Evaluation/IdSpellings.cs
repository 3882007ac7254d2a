using System.Globalization;
using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// How an id stands in lines: in hex of either case, as a UUID, or as Datadog's decimal. A line that has none of these texts does not have the id, so it need not
/// be taken apart; one that mixes the cases of its digits is not found. Immutable.
/// </summary>
internal sealed class IdSpellings
{
    private IdSpellings(IReadOnlyList<string> texts)
    {
        Id = texts[0];
        // Besides, as the last part of Google's path and within a traceparent.
        Expression = $"(?s).*(?:{string.Join('|', texts.Distinct())}).*";
        Texts = [.. texts.Distinct().Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))];
    }

    /// <summary>As traces have it.</summary>
    public string Id { get; }

    /// <summary>Matches every value that holds a spelling.</summary>
    public string Expression { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Texts { get; }

    /// <summary>The spellings of the id that a filter wants; null when it wants no single one.</summary>
    public static IdSpellings? Of(LabelMatcher matcher) => matcher.Type != MatchType.Equal ? null : matcher.Name switch
    {
        DiscoveredFields.TraceName => OfTrace(matcher.Value),
        DiscoveredFields.SpanName => OfSpan(matcher.Value),
        _ => null,
    };

    /// <summary>Whether a line has the id in any spelling.</summary>
    public bool AreIn(ReadOnlySpan<byte> line) => FirstIn(line) >= 0;

    /// <summary>The place of the first spelling that a line has; negative: none.</summary>
    public int FirstIn(ReadOnlySpan<byte> line)
    {
        for (var i = 0; i < Texts.Count; i++)
        {
            if (line.IndexOf(Texts[i].Span) >= 0)
                return i;
        }
        return -1;
    }

    private static IdSpellings? OfTrace(string value)
    {
        if (value.Length != 32 || !TraceId.TryParse(value, out var id) || id.IsEmpty || id.ToString() != value)
            return null;
        var uuid = $"{value[..8]}-{value[8..12]}-{value[12..16]}-{value[16..20]}-{value[20..]}";
        List<string> texts = [value, value.ToUpperInvariant(), uuid, uuid.ToUpperInvariant()];
        if (id.High == 0)
            texts.AddRange([value[16..], value[16..].ToUpperInvariant(), id.Low.ToString(CultureInfo.InvariantCulture)]);
        return new IdSpellings(texts);
    }

    private static IdSpellings? OfSpan(string value) =>
        value.Length != 16 || !SpanId.TryParse(value, out var id) || id.IsEmpty || id.ToString() != value
            ? null
            : new IdSpellings([value, value.ToUpperInvariant(), id.Value.ToString(CultureInfo.InvariantCulture)]);
}
