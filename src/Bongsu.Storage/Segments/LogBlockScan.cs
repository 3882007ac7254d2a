using System.Buffers;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Finds the rows of a block that a selection wants, column by column, what is cheap to ask first; reads no column that nothing asks for, asks each only about rows that are
/// left, and stops when there are none.
/// </summary>
internal sealed class LogBlockScan
{
    // What may stand outside the quotes of a JSON line. A needle made of these alone may lie across values.
    private static readonly SearchValues<byte> s_outside = SearchValues.Create("0123456789+-.eEtrufalsn:,{}[] \t\r\n"u8);

    private readonly LogBlockReader _block;
    private readonly LogFilter _filter;
    private readonly RowSet _left;
    private readonly LogConditionScan _conditions;

    public LogBlockScan(LogBlockReader block, LogFilter filter)
    {
        _block = block;
        _filter = filter;
        _left = block.Buffers.Set(block.Rows);
        Doubtful = block.Buffers.Set(block.Rows);
        _conditions = new LogConditionScan(block, _left, Doubtful);
    }

    /// <summary>Rows of which not all conditions could be decided; they are for the query to judge.</summary>
    public RowSet Doubtful { get; }

    /// <summary>Rows that pass, ascending; null when a column that is needed is damaged.</summary>
    public int[]? Find()
    {
        _filter.Begin(_block.Batch);
        if (_block.Rows > 0 && _block.Batch.Streams.Count == 0)
            return null;
        _left.Fill();
        if (!TryConditions(isCheap: true) || !TryStreams() || !TryTimes() || !TryConditions(isCheap: false))
            return null;
        foreach (var needle in _filter.Needles ?? [])
        {
            if (!_left.IsEmpty && !needle.IsEmpty && !IsInExpression(needle.Span) && !TryNeedle(needle.Span, null))
                return null;
        }
        foreach (var expression in _filter.Expressions)
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
        // Fast path: all of the _block.
        if (_left.IsEmpty || (_block.Head.HasTimes && _block.Head.MinTimeNanos >= _filter.FromNanos && _block.Head.MaxTimeNanos < _filter.ToNanos))
            return true;
        if (_block.Numbers(LogBlock.Time) is not { } times)
            return false;
        for (var row = _left.Next(0); row >= 0; row = _left.Next(row + 1))
        {
            if (times[row] < _filter.FromNanos || times[row] >= _filter.ToNanos)
                _left.Remove(row);
        }
        return true;
    }

    private bool TryStreams()
    {
        if (_left.IsEmpty || WantsAllStreams())
            return true;
        if (_block.Numbers(LogBlock.Stream) is not { } streams)
            return false;
        var wanted = _block.Buffers.Set(_block.Rows);
        new ColumnRows(_left, null).Collect(new StreamTest(streams, _filter, _block.Batch.Streams.Count), wanted);
        _left.Keep(wanted);
        return true;
    }

    private bool WantsAllStreams()
    {
        for (var stream = 0; stream < _block.Batch.Streams.Count; stream++)
        {
            if (!_filter.WantsStream(stream))
                return false;
        }
        return true;
    }

    private bool TryConditions(bool isCheap)
    {
        foreach (var condition in _filter.RecordFields)
        {
            if (!_left.IsEmpty && _conditions.IsCheap(condition, inBody: false) == isCheap && !_conditions.TryCondition(condition, inBody: false))
                return false;
        }
        foreach (var condition in _filter.Fields)
        {
            if (!_left.IsEmpty && _conditions.IsCheap(condition, inBody: true) == isCheap && !_conditions.TryCondition(condition, inBody: true))
                return false;
        }
        return true;
    }

    // What an expression requires is looked for on its behalf.
    private bool IsInExpression(ReadOnlySpan<byte> needle)
    {
        foreach (var expression in _filter.Expressions)
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
        if (_filter.OnlyFields is null)
            return required.IsEmpty || TryNeedle(required, null);
        return TryLines(required, expression);
    }

    // With a byte that stands within quotes alone and without a quote, a text is within one pair of quotes.
    private static bool IsAcross(ReadOnlySpan<byte> text) => text.Contains((byte)'"') || text.IndexOfAnyExcept(s_outside) < 0;

    private bool IsInTemplate(ReadOnlySpan<byte> text)
    {
        for (var template = 1; template <= _block.Json.TemplateCount; template++)
        {
            if (_block.Json.Template(template).Bytes.IndexOf(text) >= 0)
                return true;
        }
        return false;
    }

    // Those of some rows that are left.
    private RowSet Asked(RowSet? among)
    {
        var asked = _block.Buffers.Set(_block.Rows);
        asked.CopyFrom(_left);
        if (among is not null)
            asked.Keep(among);
        return asked;
    }

    // A needle, or what an expression requires and the expression itself, which is for the query to try on lines that are no JSON.
    private bool TryNeedle(ReadOnlySpan<byte> needle, LineMatcher? expression)
    {
        if (IsAcross(needle))
            return TryLines(needle, null);
        var found = _block.Buffers.Set(_block.Rows);
        for (var template = 1; template <= _block.Json.TemplateCount; template++)
        {
            if (_block.Json.Template(template).Bytes.IndexOf(needle) >= 0)
                found.Add(_block.Json.Rows(template));
        }
        if (!TryBodies(needle, found))
            return false;
        var longestWord = LongestWord(needle);
        // Few different texts are looked through sooner than many.
        for (var form = FieldForm.Dictionary; form <= FieldForm.Last; form++)
        {
            for (var column = 0; column < _block.Json.Count; column++)
            {
                // With a byte that numbers and signs have not, it stands within quotes.
                if (_block.Json[column].Form == form && _block.Json[column].Kind != JsonLine.LiteralHole && _block.Json[column].LongestWord >= longestWord
                    && !TryColumn(column, needle, expression, found))
                    return false;
            }
        }
        _left.Keep(found);
        return true;
    }

    private bool TryColumn(int column, ReadOnlySpan<byte> needle, LineMatcher? expression, RowSet found)
    {
        var asked = Asked(_block.Json.Columns.Having(column));
        asked.Remove(found);
        if (asked.IsEmpty)
            return true;
        if (_block.Json.Columns.Column(column) is not { } values)
            return false;
        var containing = _block.Buffers.Set(_block.Rows);
        var rows = new ColumnRows(asked, _block.Json.Columns.Having(column));
        values.MarkContaining(needle, rows, containing);
        if (expression is not null)
            values.KeepMatching(expression, rows, containing);
        found.Add(containing);
        return true;
    }

    private bool TryBodies(ReadOnlySpan<byte> needle, RowSet found)
    {
        var asked = Asked(_block.Json.Rows(0));
        if (asked.IsEmpty)
            return true;
        if (_block.Bodies() is not { } bodies)
            return false;
        _block.Json.Rows(0).BeginRanks();
        bodies.MarkContaining(needle, new ColumnRows(asked, _block.Json.Rows(0)), found);
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
        var asked = Asked(null);
        // Whether a body that is no text has it is for the query to say.
        if (expression is not null)
            asked.Remove(_block.Json.Rows(0));
        var rows = new List<int>();
        for (var row = asked.Next(0); row >= 0; row = asked.Next(row + 1))
            rows.Add(row);
        if (_block.Numbers(LogBlock.Time) is null)
            return false;
        var bodies = new LogBodyReader(_block, null, null, withKeys: false);
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
