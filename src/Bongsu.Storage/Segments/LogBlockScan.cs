using System.Buffers;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Finds the rows of a block that a selection wants, column by column, what is cheap to ask first; reads no column that nothing asks for, asks each only about rows that are
/// left, and stops when there are none.
/// </summary>
internal sealed class LogBlockScan(LogBlockReader block, LogFilter filter)
{
    // What may stand outside the quotes of a JSON line. A needle made of these alone may lie across values.
    private static readonly SearchValues<byte> s_outside = SearchValues.Create("0123456789+-.eEtrufalsn:,{}[] \t\r\n"u8);

    private readonly RowSet _left = block.Buffers.Set(block.Rows);

    /// <summary>Rows that pass, ascending; null when a column that is needed is damaged.</summary>
    public int[]? Find()
    {
        filter.Begin(block.Batch);
        if (block.Rows > 0 && block.Batch.Streams.Count == 0)
            return null;
        _left.Fill();
        if (!TryConditions(isCheap: true) || !TryStreams() || !TryTimes() || !TryConditions(isCheap: false))
            return null;
        foreach (var needle in filter.Needles ?? [])
        {
            if (!_left.IsEmpty && !needle.IsEmpty && !IsInExpression(needle.Span) && !TryNeedle(needle.Span, null))
                return null;
        }
        foreach (var expression in filter.Expressions)
        {
            if (!_left.IsEmpty && !TryExpression(expression))
                return null;
        }
        var rows = new int[_left.Count()];
        var row = -1;
        for (var i = 0; i < rows.Length; i++)
            rows[i] = row = _left.Next(row + 1);
        return rows;
    }

    private bool TryTimes()
    {
        // Fast path: all of the block.
        if (_left.IsEmpty || (block.Head.HasTimes && block.Head.MinTimeNanos >= filter.FromNanos && block.Head.MaxTimeNanos < filter.ToNanos))
            return true;
        if (block.Numbers(LogBlock.Time) is not { } times)
            return false;
        for (var row = _left.Next(0); row >= 0; row = _left.Next(row + 1))
        {
            if (times[row] < filter.FromNanos || times[row] >= filter.ToNanos)
                _left.Remove(row);
        }
        return true;
    }

    private bool TryStreams()
    {
        if (_left.IsEmpty || WantsAllStreams())
            return true;
        if (block.Numbers(LogBlock.Stream) is not { } streams)
            return false;
        var wanted = block.Buffers.Set(block.Rows);
        new ColumnRows(_left, null).Collect(new StreamTest(streams, filter, block.Batch.Streams.Count), wanted);
        _left.Keep(wanted);
        return true;
    }

    private bool WantsAllStreams()
    {
        for (var stream = 0; stream < block.Batch.Streams.Count; stream++)
        {
            if (!filter.WantsStream(stream))
                return false;
        }
        return true;
    }

    private bool TryConditions(bool isCheap)
    {
        foreach (var condition in filter.Fields)
        {
            if (!_left.IsEmpty && IsCheap(condition) == isCheap && !TryCondition(condition))
                return false;
        }
        return true;
    }

    // Those that are asked of all rows sooner than their streams would be.
    private bool IsCheap(FieldCondition condition)
    {
        for (var template = 1; template <= block.Json.TemplateCount; template++)
        {
            if (block.Json.Find(block.Json.Template(template), condition.Name) is >= 0 and var column && block.Json[column].Form is not (FieldForm.Dictionary or FieldForm.Number))
                return false;
        }
        return true;
    }

    private bool TryCondition(FieldCondition condition)
    {
        if (IsOwn(condition.Name))
            return true;
        // Fields of records come before those of bodies: where there are such of that name, each record is for the query to judge.
        if (block.HasAttribute(condition.Name) is not { } isAttribute)
            return false;
        if (isAttribute)
            return true;
        if (Undecided(condition) is not { } undecided)
            return false;
        for (var template = 1; template <= block.Json.TemplateCount; template++)
        {
            var column = block.Json.Find(block.Json.Template(template), condition.Name);
            if (column < 0 && !FieldTest.PassesMissing(condition))
                Keep(undecided, block.Json.Rows(template), null);
            if (column >= 0 && !IsAskedBefore(template, column) && !TryCondition(condition, column, undecided))
                return false;
        }
        return true;
    }

    private bool IsAskedBefore(int template, int column)
    {
        for (var before = 1; before < template; before++)
        {
            if (block.Json.Template(before).Columns.AsSpan().Contains(column))
                return true;
        }
        return false;
    }

    private bool TryCondition(FieldCondition condition, int column, RowSet undecided)
    {
        var asked = Asked(undecided, block.Json.Having(column));
        if (asked.IsEmpty)
            return true;
        if (block.Json.Column(column) is not { } values)
            return false;
        var passed = block.Buffers.Set(block.Rows);
        values.Mark(new FieldTest(condition, block.Json[column].Kind), new ColumnRows(asked, block.Json.Having(column)), passed);
        Keep(undecided, block.Json.Having(column), passed);
        return true;
    }

    // Of the rows that are undecided, and among some, only those that passed are left.
    private void Keep(RowSet undecided, RowSet? among, RowSet? passed)
    {
        var failed = Asked(undecided, among);
        if (passed is not null)
            failed.Remove(passed);
        _left.Remove(failed);
    }

    private RowSet Asked(RowSet undecided, RowSet? among)
    {
        var asked = block.Buffers.Set(block.Rows);
        asked.CopyFrom(undecided);
        asked.Keep(_left);
        if (among is not null)
            asked.Keep(among);
        return asked;
    }

    // Where the stream has a label of that name, it decides; null when the streams of rows cannot be read.
    private RowSet? Undecided(FieldCondition condition)
    {
        var byStream = ByStream(condition);
        if (byStream.AsSpan().IndexOfAnyExcept((bool?)null) < 0)
            return _left;
        if (block.Numbers(LogBlock.Stream) is not { } streams)
            return null;
        var undecided = block.Buffers.Set(block.Rows);
        for (var row = _left.Next(0); row >= 0; row = _left.Next(row + 1))
        {
            if ((ulong)streams[row] >= (ulong)byStream.Length)
                return null;
            if (byStream[(int)streams[row]] is not { } passes)
                undecided.Add(row);
            else if (!passes)
                _left.Remove(row);
        }
        return undecided;
    }

    private bool?[] ByStream(FieldCondition condition)
    {
        var streams = new bool?[block.Batch.Streams.Count];
        var name = System.Text.Encoding.UTF8.GetBytes(condition.Name);
        for (var i = 0; i < streams.Length; i++)
        {
            var labels = new LabelReader(block.Batch.StreamLabels(i));
            while (labels.MoveNext())
            {
                if (labels.Name.SequenceEqual(name))
                    streams[i] = new FieldTest(condition, JsonLine.TextHole).Passes(labels.Value);
            }
        }
        return streams;
    }

    // Fields that a query finds in every record, and names of its own making.
    private static bool IsOwn(string name) => name is "trace_id" or "span_id" or "event_name" or "severity_text" or "severity_number" or "detected_level" or "scope_name"
        or "scope_version" or "service_name" || name.StartsWith("__", StringComparison.Ordinal);

    // What an expression requires is looked for on its behalf.
    private bool IsInExpression(ReadOnlySpan<byte> needle)
    {
        foreach (var expression in filter.Expressions)
        {
            if (expression.Required.Span.SequenceEqual(needle))
                return true;
        }
        return false;
    }

    private bool TryExpression(LineMatcher expression)
    {
        var required = expression.Required.Span;
        if (!IsAcross(required) && LocalExpression.Is(expression.Text) && !IsInTemplate(required))
            return TryNeedle(required, expression);
        // Who reads the lines tries the expression on them: they need not be put together for it before.
        if (filter.OnlyFields is null)
            return required.IsEmpty || TryNeedle(required, null);
        return TryLines(required, expression);
    }

    // With a byte that stands within quotes alone and without a quote, a text is within one pair of quotes.
    private static bool IsAcross(ReadOnlySpan<byte> text) => text.Contains((byte)'"') || text.IndexOfAnyExcept(s_outside) < 0;

    private bool IsInTemplate(ReadOnlySpan<byte> text)
    {
        for (var template = 1; template <= block.Json.TemplateCount; template++)
        {
            if (block.Json.Template(template).Bytes.IndexOf(text) >= 0)
                return true;
        }
        return false;
    }

    // A needle, or what an expression requires and the expression itself, which is for the query to try on lines that are no JSON.
    private bool TryNeedle(ReadOnlySpan<byte> needle, LineMatcher? expression)
    {
        if (IsAcross(needle))
            return TryLines(needle, null);
        var found = block.Buffers.Set(block.Rows);
        for (var template = 1; template <= block.Json.TemplateCount; template++)
        {
            if (block.Json.Template(template).Bytes.IndexOf(needle) >= 0)
                found.Add(block.Json.Rows(template));
        }
        if (!TryBodies(needle, found))
            return false;
        var longestWord = LongestWord(needle);
        // Few different texts are looked through sooner than many.
        for (var form = FieldForm.Dictionary; form <= FieldForm.Last; form++)
        {
            for (var column = 0; column < block.Json.Count; column++)
            {
                // With a byte that numbers and signs have not, it stands within quotes.
                if (block.Json[column].Form == form && block.Json[column].Kind != JsonLine.LiteralHole && block.Json[column].LongestWord >= longestWord
                    && !TryColumn(column, needle, expression, found))
                    return false;
            }
        }
        _left.Keep(found);
        return true;
    }

    private bool TryColumn(int column, ReadOnlySpan<byte> needle, LineMatcher? expression, RowSet found)
    {
        var asked = Asked(_left, block.Json.Having(column));
        asked.Remove(found);
        if (asked.IsEmpty)
            return true;
        if (block.Json.Column(column) is not { } values)
            return false;
        var containing = block.Buffers.Set(block.Rows);
        var rows = new ColumnRows(asked, block.Json.Having(column));
        values.MarkContaining(needle, rows, containing);
        if (expression is not null)
            values.KeepMatching(expression, rows, containing);
        found.Add(containing);
        return true;
    }

    private bool TryBodies(ReadOnlySpan<byte> needle, RowSet found)
    {
        var asked = Asked(_left, block.Json.Rows(0));
        if (asked.IsEmpty)
            return true;
        if (block.Bodies() is not { } bodies)
            return false;
        block.Json.Rows(0).BeginRanks();
        bodies.MarkContaining(needle, new ColumnRows(asked, block.Json.Rows(0)), found);
        return true;
    }

    private static int LongestWord(ReadOnlySpan<byte> needle)
    {
        var longest = 0;
        var words = new WordReader(needle);
        while (words.Read())
            longest = Math.Max(longest, words.Word.Length);
        return longest;
    }

    // Slow path: the lines are built.
    private bool TryLines(ReadOnlySpan<byte> needle, LineMatcher? expression)
    {
        var asked = Asked(_left, null);
        // Whether a body that is no text has it is for the query to say.
        if (expression is not null)
            asked.Remove(block.Json.Rows(0));
        var rows = new List<int>();
        for (var row = asked.Next(0); row >= 0; row = asked.Next(row + 1))
            rows.Add(row);
        if (block.Numbers(LogBlock.Time) is null)
            return false;
        var bodies = new LogBodyReader(block, null, withKeys: false);
        if (!bodies.TryPrepare(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows)))
            return false;
        var line = new ByteWriter(512);
        foreach (var row in rows)
        {
            line.Clear();
            bodies.Append(row, line);
            if (line.Written.IndexOf(needle) < 0 || (expression is not null && !expression.Matches(line.Written)))
                _left.Remove(row);
        }
        return true;
    }

    private readonly struct StreamTest(PackedLongs streams, LogFilter wanted, int count) : IValueTest
    {
        public bool Passes(int index) => (ulong)streams[index] < (ulong)count && wanted.WantsStream((int)streams[index]);
    }
}
