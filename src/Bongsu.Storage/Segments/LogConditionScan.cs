using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Drops the rows of a block that do not meet a condition on a field: a label of the stream decides where it has that name, else a field of the record, else one of its scope or
/// resource, else, where bodies are looked at, a value of the JSON line. What the columns cannot decide passes, and is remembered.
/// </summary>
/// <param name="block">The block.</param>
/// <param name="left">Rows that are left.</param>
/// <param name="doubtful">Rows that passed a condition in doubt.</param>
internal sealed class LogConditionScan(LogBlockReader block, RowSet left, RowSet doubtful)
{
    // Labels of records: see the severity of a record.
    private static readonly string[] s_levels = ["trace", "debug", "info", "warn", "error", "fatal"];
    private const int MaxSeverity = 24;

    /// <summary>Whether it is asked of all rows sooner than their streams would be.</summary>
    public bool IsCheap(FieldCondition condition, bool inBody)
    {
        for (var template = 1; inBody && template <= block.Json.TemplateCount; template++)
        {
            if (block.Json.Find(block.Json.Template(template), condition.Name) is >= 0 and var column && !IsCheap(block.Json[column].Form))
                return false;
        }
        return condition.Name is not ("trace_id" or "span_id");
    }

    /// <summary>Drops the rows that fail; false when a column that is needed is damaged.</summary>
    public bool TryCondition(FieldCondition condition, bool inBody)
    {
        // Names of a query's own making, and one that is shown to who asks for it alone.
        if (condition.Name.StartsWith("__", StringComparison.Ordinal) || condition.Name == LabelNames.ServiceName)
            return Doubt(left);
        if (block.HasSecondAttribute(condition.Name) is not { } isSecond)
            return false;
        if (isSecond)
            return Doubt(left);
        var rest = block.Buffers.Set(block.Rows);
        rest.CopyFrom(left);
        if (!TryStreams(condition, rest) || !TryAttributes(condition, rest) || !TryOwn(condition, rest))
            return false;
        if (rest.IsEmpty)
            return true;
        if (block.HasSharedAttribute(condition.Name))
            return Doubt(rest);
        if (inBody)
            return TryBodies(condition, rest);
        if (!FieldTest.PassesMissing(condition))
            left.Remove(rest);
        return true;
    }

    private static bool IsCheap(byte form) => form is FieldForm.Dictionary or FieldForm.Number;

    private bool Doubt(RowSet rows)
    {
        doubtful.Add(rows);
        return true;
    }

    private bool TryStreams(FieldCondition condition, RowSet rest)
    {
        var byStream = ByStream(condition);
        if (byStream.AsSpan().IndexOfAnyExcept((bool?)null) < 0)
            return true;
        if (block.Numbers(LogBlock.Stream) is not { } streams)
            return false;
        for (var row = rest.Next(0); row >= 0; row = rest.Next(row + 1))
        {
            if ((ulong)streams[row] >= (ulong)byStream.Length)
                return false;
            if (byStream[(int)streams[row]] is not { } passes)
                continue;
            rest.Remove(row);
            if (!passes)
                left.Remove(row);
        }
        return true;
    }

    private bool?[] ByStream(FieldCondition condition)
    {
        var streams = new bool?[block.Batch.Streams.Count];
        var name = Encoding.UTF8.GetBytes(condition.Name);
        for (var i = 0; i < streams.Length; i++)
        {
            var labels = new LabelReader(block.Batch.StreamLabels(i));
            while (labels.MoveNext())
            {
                if (labels.Name.SequenceEqual(name))
                    streams[i] = new FieldTest(condition, JsonLine.TextHole).PassesWhole(labels.Value);
            }
        }
        return streams;
    }

    private bool TryAttributes(FieldCondition condition, RowSet rest)
    {
        if (block.Attributes() is not { } attributes)
            return false;
        var (met, twice) = (block.Buffers.Set(block.Rows), block.Buffers.Set(block.Rows));
        var columns = new List<int>();
        for (var column = 0; column < attributes.Count; column++)
        {
            if (!FieldName.Is(attributes.Key(column), condition.Name))
                continue;
            columns.Add(column);
            var asked = attributes.Columns.Of(rest, column);
            var both = block.Buffers.Set(block.Rows);
            both.CopyFrom(met);
            both.Keep(asked);
            twice.Add(both);
            met.Add(asked);
        }
        // Which counts of a name that a record has twice is for the query to say.
        Doubt(twice);
        foreach (var column in columns)
        {
            var asked = attributes.Columns.Of(rest, column);
            asked.Remove(twice);
            // So are names and values that are shown otherwise than they are stored.
            if (!FieldName.IsPlain(attributes.Key(column)) || !AttributeText.IsShown((AttributeKind)attributes.Columns[column].Kind))
                Doubt(asked);
            else if (!TryColumn(condition, attributes.Columns, column, JsonLine.TextHole, asked, isWhole: true))
                return false;
        }
        rest.Remove(met);
        return true;
    }

    // What a record has besides its fields.
    private bool TryOwn(FieldCondition condition, RowSet rest) => condition.Name switch
    {
        "trace_id" => TryIds(condition, LogBlock.HasTrace, block.Traces, rest),
        "span_id" => TryIds(condition, LogBlock.HasSpan, block.Spans, rest),
        "severity_text" => TryTexts(condition, LogBlock.SeverityText, rest),
        "event_name" => TryTexts(condition, LogBlock.EventName, rest),
        "severity_number" => TrySeverities(condition, static severity => severity.ToString(System.Globalization.CultureInfo.InvariantCulture), rest),
        "detected_level" => TrySeverities(condition, static severity => s_levels[(severity - 1) / 4], rest),
        _ => true,
    };

    private bool TryIds(FieldCondition condition, int has, Func<FieldColumn?> read, RowSet rest)
    {
        if (block.RowsWith(has) is not { } having)
            return false;
        var asked = block.Buffers.Set(block.Rows);
        asked.CopyFrom(rest);
        asked.Keep(having);
        if (asked.IsEmpty)
            return true;
        if (read() is not { } ids || ids.Count != having.Count())
            return false;
        var passed = block.Buffers.Set(block.Rows);
        ids.Mark(new FieldTest(condition, JsonLine.TextHole), new ColumnRows(asked, having), passed);
        Decide(asked, passed, rest);
        return true;
    }

    private bool TryTexts(FieldCondition condition, int column, RowSet rest)
    {
        var verdicts = new bool?[block.Head.Texts.Count];
        for (var i = 0; i < verdicts.Length; i++)
        {
            var text = block.Batch.Arena.Get(block.Head.Texts[i]);
            verdicts[i] = text.IsEmpty ? null : new FieldTest(condition, JsonLine.TextHole).PassesWhole(text);
        }
        return TryCodes(verdicts, column, rest);
    }

    private bool TrySeverities(FieldCondition condition, Func<int, string> textOf, RowSet rest)
    {
        var verdicts = new bool?[MaxSeverity + 1];
        for (var severity = 1; severity <= MaxSeverity; severity++)
            verdicts[severity] = new FieldTest(condition, JsonLine.TextHole).PassesWhole(Encoding.ASCII.GetBytes(textOf(severity)));
        return TryCodes(verdicts, LogBlock.Severity, rest);
    }

    // A number decides, unless it stands for nothing.
    private bool TryCodes(bool?[] verdicts, int column, RowSet rest)
    {
        if (block.Numbers(column) is not { } codes)
            return false;
        var (asked, passed) = (block.Buffers.Set(block.Rows), block.Buffers.Set(block.Rows));
        for (var row = rest.Next(0); row >= 0; row = rest.Next(row + 1))
        {
            if ((ulong)codes[row] >= (ulong)verdicts.Length || verdicts[codes[row]] is not { } passes)
                continue;
            asked.Add(row);
            if (passes)
                passed.Add(row);
        }
        Decide(asked, passed, rest);
        return true;
    }

    private void Decide(RowSet asked, RowSet passed, RowSet rest)
    {
        rest.Remove(asked);
        asked.Remove(passed);
        left.Remove(asked);
    }

    private bool TryBodies(FieldCondition condition, RowSet rest)
    {
        // Lines that are no JSON are for the query to judge.
        var plain = block.Buffers.Set(block.Rows);
        plain.CopyFrom(rest);
        plain.Keep(block.Json.Rows(0));
        Doubt(plain);
        var asked = new HashSet<int>();
        for (var template = 1; template <= block.Json.TemplateCount; template++)
        {
            var column = block.Json.Find(block.Json.Template(template), condition.Name);
            if (column < 0 && !FieldTest.PassesMissing(condition))
                DropAll(rest, block.Json.Rows(template));
            if (column >= 0 && asked.Add(column)
                && !TryColumn(condition, block.Json.Columns, column, block.Json[column].Kind, Named(rest, condition.Name, column), isWhole: false))
                return false;
        }
        return true;
    }

    // The rows of the templates in which a column has the name: another column of a template may have it as a list, which is no value.
    private RowSet Named(RowSet rest, string name, int column)
    {
        var named = block.Buffers.Set(block.Rows);
        for (var template = 1; template <= block.Json.TemplateCount; template++)
        {
            if (block.Json.Find(block.Json.Template(template), name) == column)
                named.Add(block.Json.Rows(template));
        }
        named.Keep(rest);
        return named;
    }

    private void DropAll(RowSet rest, RowSet rows)
    {
        var failed = block.Buffers.Set(block.Rows);
        failed.CopyFrom(rest);
        failed.Keep(rows);
        left.Remove(failed);
    }

    private bool TryColumn(FieldCondition condition, ColumnGroup group, int column, byte kind, RowSet asked, bool isWhole)
    {
        if (asked.IsEmpty)
            return true;
        if (group.Column(column) is not { } values)
            return false;
        var passed = block.Buffers.Set(block.Rows);
        var test = new FieldTest(condition, kind) { IsWhole = isWhole };
        values.Mark(test, new ColumnRows(asked, group.Having(column)), passed);
        if (test.HasDoubted)
            Doubt(passed);
        var failed = block.Buffers.Set(block.Rows);
        failed.CopyFrom(asked);
        failed.Remove(passed);
        left.Remove(failed);
        return true;
    }
}
