using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// Decides on the columns of a record and the bytes of its line whether it can pass a pipeline, before anything is copied or made a string. Not
/// thread-safe. The labels begin a batch before its records are asked of.
/// </summary>
internal sealed class RowCheck(ScanPlan plan, RecordLabels labels)
{
    private readonly IdSpellings?[] _columns = [.. plan.Columns.Select(matcher => labels.Found.FindsIds ? IdSpellings.Of(matcher) : null)];
    private readonly IdSpellings?[] _values = [.. plan.Values.Select(check => labels.Found.FindsIds ? IdSpellings.Of(check.Matcher) : null)];

    /// <summary>The id that every wanted record has, beside its line or in it; null when no single one is wanted.</summary>
    public (string Label, IdSpellings Spellings)? Id
    {
        get
        {
            var at = Array.FindIndex(_columns, static spellings => spellings is not null);
            return at < 0 ? null : (plan.Columns[at].Name, _columns[at]!);
        }
    }

    // Hot path: a record that cannot pass costs a search over its line, and no string.
    public bool Wants(LogBatch batch, int row)
    {
        ref readonly var record = ref batch.Records.Span[row];
        var isText = record.Body.Kind == AttributeKind.String;
        var line = isText ? batch.Arena.Get(record.Body.Payload) : default;
        if (isText && !HasNeedles(line))
            return false;
        for (var i = 0; i < plan.Columns.Count; i++)
        {
            var matcher = plan.Columns[i];
            if (isText && _columns[i] is { } id && !id.AreIn(line) && !labels.HasBeside(row, matcher.Name))
                return false;
            if (!labels.Passes(row, matcher))
                return false;
        }
        return !isText || PassesValues(row, line);
    }

    private bool HasNeedles(ReadOnlySpan<byte> line)
    {
        for (var i = 0; i < plan.Needles?.Count; i++)
        {
            if (line.IndexOf(plan.Needles[i].Span) < 0)
                return false;
        }
        return true;
    }

    private bool PassesValues(int row, ReadOnlySpan<byte> line)
    {
        for (var i = 0; i < plan.Values.Count; i++)
        {
            var check = plan.Values[i];
            if (check.IsPossible(line))
                continue;
            if (_values[i] is { } id ? !id.AreIn(line) && !labels.HasBeside(row, check.Matcher.Name) : !labels.Has(row, check.Matcher.Name))
                return false;
        }
        return true;
    }
}
