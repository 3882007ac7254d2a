using System.Text.Json;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Gives rows of a block their bodies: lines as they came, built anew from template and columns; or only the fields that a selection named.</summary>
internal sealed class LogBodyReader(LogBlockReader block, IReadOnlyList<string>? onlyFields, RowSet? whole, bool withKeys)
{
    private const int FewLines = 16;
    private const int MaxReservedBytes = 8 << 20;

    private readonly LogBatch _batch = block.Batch;
    private readonly JsonColumns _json = block.Json;
    private readonly PackedLongs _templates = block.Numbers(LogBlock.Template)!;
    private readonly PackedLongs _times = block.Numbers(LogBlock.Time)!;
    private readonly ByteWriter _text = new(512);
    // By template the columns to draw from, with the rows that have a value in it.
    private readonly Source[]?[] _sources = new Source[]?[block.Json.TemplateCount + 1];
    // The lines themselves, of rows that have to be told from others of their time.
    private readonly Source[]?[] _lines = onlyFields is null ? [] : new Source[]?[block.Json.TemplateCount + 1];
    private RowSet? _plain;
    private FieldColumn? _bodies;

    /// <summary>Reads the columns that the rows need; false when one is damaged.</summary>
    public bool TryPrepare(ReadOnlySpan<int> rows)
    {
        foreach (var row in rows)
        {
            var template = (int)_templates[row];
            if (template == 0)
            {
                if (_bodies is null && !TryPrepareBodies())
                    return false;
                continue;
            }
            if (_sources[template] is null && !TryPrepare(template, onlyFields, _sources))
                return false;
            if (onlyFields is not null && (IsWhole(row) || NeedsKey(row)) && _lines[template] is null && !TryPrepare(template, null, _lines))
                return false;
        }
        if (onlyFields is null)
            ReserveLines(rows);
        return true;
    }

    private bool TryPrepareBodies()
    {
        _bodies = block.Bodies();
        _plain = _json.Rows(0);
        _plain.BeginRanks();
        return _bodies is not null;
    }

    // As if all were about as long as the first: an arena that grows step by step is copied as often.
    private void ReserveLines(ReadOnlySpan<int> rows)
    {
        if (rows.Length <= FewLines)
            return;
        _text.Clear();
        Append(rows[0], _text);
        _batch.Arena.Reserve((int)Math.Min(MaxReservedBytes, rows.Length * (_text.Length * 9L / 8)));
    }

    public void Read(int row, ref LogRecord record)
    {
        var template = (int)_templates[row];
        if (template == 0)
        {
            _text.Clear();
            _bodies!.Append(_plain!.Rank(row), _text);
            record.Body = record.Body with { Payload = _batch.Arena.Append(_text.Written) };
        }
        else if (IsWhole(row))
            record.Body = record.Body with { Payload = Line(row, template) };
        else
            ReadFields(row, template, ref record);
    }

    /// <summary>Appends the line of a row.</summary>
    public void Append(int row, ByteWriter into)
    {
        var template = (int)_templates[row];
        if (template == 0)
        {
            _bodies!.Append(_plain!.Rank(row), into);
            return;
        }
        var pieces = _json.Template(template);
        var sources = (onlyFields is null ? _sources : _lines)[template]!;
        for (var i = 0; i < sources.Length; i++)
        {
            into.PutBytes(pieces.Piece(i));
            sources[i].Values!.Append(sources[i].Index(row), into);
        }
        into.PutBytes(pieces.Piece(sources.Length));
    }

    private bool IsWhole(int row) => onlyFields is null || whole!.Has(row);

    private bool NeedsKey(int row) => withKeys || (row > 0 && _times[row - 1] == _times[row]) || (row + 1 < block.Rows && _times[row + 1] == _times[row]);

    private bool TryPrepare(int number, IReadOnlyList<string>? fields, Source[]?[] into)
    {
        var template = _json.Template(number);
        var sources = new Source[fields?.Count ?? template.Columns.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            var column = fields is null ? template.Columns[i] : _json.Find(template, fields[i]);
            if (column < 0)
                continue;
            if (_json.Columns.Column(column) is not { } values)
                return false;
            sources[i] = new Source(values, _json.Columns.Having(column), _json[column].Kind);
        }
        into[number] = sources;
        return true;
    }

    private Slice Line(int row, int template)
    {
        _text.Clear();
        Append(row, _text);
        return _batch.Arena.Append(_text.Written);
    }

    private void ReadFields(int row, int template, ref LogRecord record)
    {
        record.FieldsAt = _batch.FieldValues.Count + 1;
        _batch.FieldCount = onlyFields!.Count;
        record.Body = default;
        if (NeedsKey(row))
        {
            _text.Clear();
            Append(row, _text);
            record.Body = new AttributeValue(AttributeKind.Null, (long)EventKey.BodyHash(_text.Written), default);
        }
        foreach (var source in _sources[template]!)
        {
            _text.Clear();
            source.Values?.Append(source.Index(row), _text);
            _batch.FieldValues.Add(source.Values is null || (source.Kind == JsonLine.LiteralHole && _text.Written.SequenceEqual("null"u8)) ? new Slice(0, -1) : _batch.Arena.Append(Unescaped()));
        }
    }

    private ReadOnlySpan<byte> Unescaped()
    {
        if (!_text.Written.Contains((byte)'\\'))
            return _text.Written;
        byte[] quoted = [(byte)'"', .. _text.Written, (byte)'"'];
        var reader = new Utf8JsonReader(quoted);
        try
        {
            reader.Read();
            return quoted.AsSpan(0, reader.CopyString(quoted));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text.
            return default;
        }
    }

    /// <summary>A column that bodies draw from; without values, a field that they have not.</summary>
    private readonly record struct Source(FieldColumn? Values, RowSet? Having, byte Kind)
    {
        public int Index(int row) => Having is null ? row : Having.Rank(row);
    }
}
