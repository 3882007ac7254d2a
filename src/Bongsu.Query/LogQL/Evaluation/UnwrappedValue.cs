using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Reads the value that a line gives to a range aggregation. Immutable.</summary>
internal sealed class UnwrappedValue(Unwrap unwrap)
{
    /// <summary>False of a line that has none, or that a filter behind it drops; one that cannot be read is an error of the line.</summary>
    public bool TryRead(LineState line, out double value)
    {
        // Fast path: a plain number.
        if (unwrap.Conversion != UnwrapConversion.Number || !LogQlUnits.TryDecimal(line.GetUtf8(unwrap.Label), out value))
        {
            Span<char> buffer = stackalloc char[LogQlUnits.UsualLength];
            value = 0;
            if (!line.TryGet(unwrap.Label, buffer, out var text) || text.IsEmpty)
                return false;
            if (!TryConvert(text, out value))
                line.Fail(ErrorLabels.SampleExtraction, $"\"{text}\" of label {unwrap.Label} is no {unwrap.Conversion.ToString().ToLowerInvariant()}");
        }
        for (var i = 0; i < unwrap.PostFilters.Count; i++)
        {
            if (!unwrap.PostFilters[i].Process(line))
                return false;
        }
        return true;
    }

    private bool TryConvert(ReadOnlySpan<char> text, out double value)
    {
        switch (unwrap.Conversion)
        {
            case UnwrapConversion.Number:
                return LogQlUnits.TryNumber(text, out value);
            case UnwrapConversion.Bytes:
                return LogQlUnits.TryBytes(text, out value);
            default:
                var ok = LogQlUnits.TryDurationNanos(text, out var nanos);
                value = nanos / 1e9;
                return ok;
        }
    }
}
