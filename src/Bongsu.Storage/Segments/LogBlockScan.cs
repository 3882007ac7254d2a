using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Finds the rows of a block that a selection wants, column by column; reads no column that nothing asks for, and stops when no row is left.</summary>
internal ref struct LogBlockScan(LogBlockReader block, LogFilter filter)
{
    // What may stand outside the quotes of a JSON line. A needle made of these alone may lie across values.
    private static readonly SearchValues<byte> s_outside = SearchValues.Create("0123456789+-.eEtrufalsn:,{}[] \t\r\n"u8);

    private readonly LogBlockReader _block = block;
    private bool[] _passes = [];
    private int _left;

    /// <summary>Rows that pass, ascending; null when a column that is needed is damaged.</summary>
    public int[]? Find(NumberView times, NumberView streams)
    {
        _passes = _block.Buffers.Bools(_block.Rows);
        if (!TryTimesAndStreams(times, streams))
            return null;
        foreach (var condition in filter.Fields)
        {
            if (_left > 0 && !TryCondition(condition, streams))
                return null;
        }
        foreach (var needle in filter.Needles ?? [])
        {
            if (_left > 0 && !needle.IsEmpty && !IsInExpression(needle.Span) && !TryNeedle(needle.Span, null))
                return null;
        }
        foreach (var expression in filter.Expressions)
        {
            if (_left > 0 && !TryExpression(expression))
                return null;
        }
        var rows = _block.Buffers.Ints(_left);
        var at = 0;
        for (var row = 0; row < _passes.Length && at < rows.Length; row++)
        {
            if (_passes[row])
                rows[at++] = row;
        }
        return rows;
    }

    private bool TryTimesAndStreams(NumberView times, NumberView streams)
    {
        filter.Begin(_block.Batch);
        if (_block.Batch.Streams.Count == 0)
            return _passes.Length == 0;
        // Fast path: all of the block.
        if (streams.IsWithin(0, _block.Batch.Streams.Count - 1) && times.IsWithin(filter.FromNanos, filter.ToNanos - 1) && WantsAllStreams())
        {
            _passes.AsSpan().Fill(true);
            _left = _passes.Length;
            return true;
        }
        for (var row = 0; row < _passes.Length; row++)
        {
            if ((ulong)streams[row] >= (ulong)_block.Batch.Streams.Count)
                return false;
            _passes[row] = times[row] >= filter.FromNanos && times[row] < filter.ToNanos && filter.WantsStream((int)streams[row]);
            _left += _passes[row] ? 1 : 0;
        }
        return true;
    }

    private readonly bool WantsAllStreams()
    {
        for (var stream = 0; stream < _block.Batch.Streams.Count; stream++)
        {
            if (!filter.WantsStream(stream))
                return false;
        }
        return true;
    }

    private bool TryCondition(FieldCondition condition, NumberView streams)
    {
        // Fields of records come before those of bodies: where there are such of that name, each record is for the query to judge.
        if (_block.HasAttribute(condition.Name) || IsOwn(condition.Name))
            return true;
        var byStream = ByStream(condition);
        var marks = new bool[]?[_block.Json.Count];
        var columns = new int[_block.Json.TemplateCount + 1];
        for (var template = 1; template < columns.Length; template++)
            columns[template] = _block.Json.Find(_block.Json.Template(template), condition.Name);
        if (OneColumn(columns) is >= 0 and var only && byStream.AsSpan().IndexOfAnyExcept((bool?)null) < 0)
        {
            if (!TryMark(only, condition, ref marks[only]))
                return false;
            if (_block.Json.Ranks(only) is null)
            {
                KeepOnly(marks[only]);
                return true;
            }
        }
        var missing = FieldTest.PassesMissing(condition);
        for (var row = 0; row < _passes.Length; row++)
        {
            if (!_passes[row])
                continue;
            var (passes, template) = (byStream[(int)streams[row]], _block.Templates[row]);
            if (passes is null && template > 0)
            {
                if (columns[template] < 0)
                    passes = missing;
                else if (!TryMark(columns[template], condition, ref marks[columns[template]]))
                    return false;
                else
                    passes = marks[columns[template]]![_block.Json.Ranks(columns[template]) is { } ranks ? ranks[row] : row];
            }
            if (passes == false)
                Drop(row);
        }
        return true;
    }

    private readonly bool TryMark(int column, FieldCondition condition, ref bool[]? marks)
    {
        if (marks is not null)
            return true;
        if (_block.Json.Column(column, _block.Block) is not { } values)
            return false;
        values.Mark(new FieldTest(condition, _block.Json.Kind(column)), marks = _block.Buffers.Bools(values.Count));
        return true;
    }

    private readonly bool?[] ByStream(FieldCondition condition)
    {
        var streams = new bool?[_block.Batch.Streams.Count];
        var name = System.Text.Encoding.UTF8.GetBytes(condition.Name);
        for (var i = 0; i < streams.Length; i++)
        {
            var labels = new LabelReader(_block.Batch.StreamLabels(i));
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
    private readonly bool IsInExpression(ReadOnlySpan<byte> needle)
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

    private readonly bool IsInTemplate(ReadOnlySpan<byte> text)
    {
        for (var template = 1; template <= _block.Json.TemplateCount; template++)
        {
            if (_block.Json.Template(template).Bytes.IndexOf(text) >= 0)
                return true;
        }
        return false;
    }

    // A needle, or what an expression requires and the expression itself, which is for the query to try on lines that are no JSON.
    private bool TryNeedle(ReadOnlySpan<byte> needle, LineMatcher? expression)
    {
        if (IsAcross(needle))
            return TryLines(needle, null);
        if (Containing(needle, expression) is not { } containing)
            return false;
        if (TryOneList(containing, out var all))
        {
            KeepOnly(all);
            return true;
        }
        bool[]? bodies = null;
        var line = 0;
        for (var row = 0; row < _passes.Length; row++)
        {
            var template = _block.Templates[row];
            if (template == 0)
            {
                if (bodies is null)
                    _block.Bodies!.MarkContaining(needle, bodies = _block.Buffers.Bools(_block.Bodies.Count));
                if (_passes[row] && !bodies[line])
                    Drop(row);
                line++;
            }
            else if (_passes[row] && containing[template] is { } found && !IsAny(found, row))
                Drop(row);
        }
        return true;
    }

    // Fast path: one column has the values of all rows.
    private readonly int OneColumn(ReadOnlySpan<int> columns)
    {
        var only = -1;
        for (var template = 0; template < columns.Length; template++)
        {
            if (_block.Json.Lines(template) == 0)
                continue;
            if (template == 0 || columns[template] < 0 || (only >= 0 && columns[template] != only))
                return -1;
            only = columns[template];
        }
        return only;
    }

    // Fast path: one column decides on all rows, or none of them has the needle.
    private readonly bool TryOneList(ReadOnlySpan<List<(bool[] Marks, int[]? Ranks)>?> containing, out bool[]? marks)
    {
        marks = null;
        var isFirst = true;
        for (var template = 0; template < containing.Length; template++)
        {
            if (_block.Json.Lines(template) == 0)
                continue;
            if (template == 0 || containing[template] is not { } found || found.Count > 1 || (found.Count == 1 && found[0].Ranks is not null))
                return false;
            var own = found.Count == 0 ? null : found[0].Marks;
            if (!isFirst && own != marks)
                return false;
            (marks, isFirst) = (own, false);
        }
        return !isFirst;
    }

    private void KeepOnly(ReadOnlySpan<bool> marks)
    {
        _left = 0;
        var passes = _passes.AsSpan();
        if (marks.IsEmpty)
        {
            passes.Clear();
            return;
        }
        // Safety: a bool is one byte, 0 or 1, in both.
        var into = MemoryMarshal.Cast<bool, ulong>(passes);
        var from = MemoryMarshal.Cast<bool, ulong>(marks);
        for (var i = 0; i < into.Length; i++)
            _left += BitOperations.PopCount(into[i] &= from[i]);
        for (var row = into.Length * sizeof(ulong); row < passes.Length; row++)
            _left += (passes[row] &= marks[row]) ? 1 : 0;
    }

    private static bool IsAny(List<(bool[] Marks, int[]? Ranks)> found, int row)
    {
        foreach (var (marks, ranks) in found)
        {
            if (marks[ranks is null ? row : ranks[row]])
                return true;
        }
        return false;
    }

    private static int LongestWord(ReadOnlySpan<byte> needle)
    {
        var longest = 0;
        var words = new WordReader(needle);
        while (words.Read())
            longest = Math.Max(longest, words.Word.Length);
        return longest;
    }

    // By template the columns with values that contain the needle; null for one that contains it itself. Null when a column is damaged.
    private readonly List<(bool[], int[]?)>?[]? Containing(ReadOnlySpan<byte> needle, LineMatcher? expression)
    {
        var marks = new bool[]?[_block.Json.Count];
        var longestWord = LongestWord(needle);
        var containing = new List<(bool[], int[]?)>?[_block.Json.TemplateCount + 1];
        for (var number = 1; number < containing.Length; number++)
        {
            var template = _block.Json.Template(number);
            if (template.Bytes.IndexOf(needle) >= 0)
                continue;
            var found = containing[number] = [];
            foreach (var column in template.Columns)
            {
                // With a byte that numbers and signs have not, it stands within quotes.
                if (_block.Json.Kind(column) == JsonLine.LiteralHole || _block.Json.LongestWord(column, _block.Block) < longestWord)
                    continue;
                if (marks[column] is null)
                {
                    if (_block.Json.Column(column, _block.Block) is not { } values)
                        return null;
                    values.MarkContaining(needle, marks[column] = _block.Buffers.Bools(values.Count));
                    if (expression is not null)
                        values.KeepMatching(expression, marks[column]);
                }
                if (marks[column].AsSpan().Contains(true))
                    found.Add((marks[column]!, _block.Json.Ranks(column)));
            }
        }
        return containing;
    }

    // Slow path: the lines are built.
    private bool TryLines(ReadOnlySpan<byte> needle, LineMatcher? expression)
    {
        var rows = new List<int>(_left);
        for (var row = 0; row < _passes.Length; row++)
        {
            // Whether a body that is no text has it is for the query to say.
            if (_passes[row] && (expression is null || _block.Templates[row] > 0))
                rows.Add(row);
        }
        var bodies = new LogBodyReader(_block, null, default, withKeys: false);
        if (!bodies.TryPrepare(CollectionsMarshal.AsSpan(rows)))
            return false;
        var line = new ByteWriter(512);
        foreach (var row in rows)
        {
            line.Clear();
            bodies.Append(row, line);
            if (line.Written.IndexOf(needle) < 0 || (expression is not null && !expression.Matches(line.Written)))
                Drop(row);
        }
        return true;
    }

    private void Drop(int row)
    {
        _passes[row] = false;
        _left--;
    }
}
