using System.Text;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Lines that are JSON objects turned on their side: what they have in common once as templates, and a column for each field. Reusable through
/// <see cref="Clear"/>; not thread-safe.
/// </summary>
internal sealed class JsonColumnsEncoder
{
    // Lines that differ in form from one to the next are no columns; past these they stay lines.
    private const int MaxTemplates = 256;
    private const int MaxColumns = 512;
    private const int Refused = 0;

    private readonly JsonLine _line = new();
    private readonly ByteDictionary _seen = new();
    private readonly List<int> _numbers = [];
    private readonly List<(byte[] Bytes, int[] Columns)> _templates = [];
    private readonly List<int[]> _holes = [];
    private readonly Dictionary<(byte Kind, string Name), int> _columns = [];
    private readonly List<(byte Kind, string Name)> _names = [];
    private readonly List<TextList> _values = [];
    private readonly FieldColumnEncoder _encoder = new();
    private readonly ByteWriter _scratch = new();
    private readonly ByteWriter _column = new();
    private byte[] _last = [];
    private int[] _lastHoles = [];
    private int _lastNumber;

    /// <summary>Takes the line apart and returns the number of its template, from 1 on; 0, with nothing taken, when it stays a line.</summary>
    public int Add(ReadOnlySpan<byte> line)
    {
        // Fast path: a line like the one before.
        if (_lastNumber == Refused || !_line.TrySplitAs(_last, _lastHoles, line))
        {
            if (line.Length < 2 || !_line.TrySplit(line))
                return Refused;
            if (!_line.Template.SequenceEqual(_last))
                FindTemplate();
            if (_lastNumber == Refused)
                return Refused;
        }
        var columns = _templates[_lastNumber - 1].Columns;
        for (var i = 0; i < columns.Length; i++)
        {
            var (start, length) = _line.Values[i];
            _values[columns[i]].Add(line.Slice(start, length));
        }
        return _lastNumber;
    }

    public void Put(BlockPartWriter into, WordFilter words)
    {
        _scratch.Clear();
        _scratch.PutVarint((ulong)_names.Count);
        foreach (var (kind, name) in _names)
        {
            _scratch.PutByte(kind);
            _scratch.PutText(Encoding.ASCII.GetBytes(name));
        }
        _scratch.PutVarint((ulong)_templates.Count);
        foreach (var (bytes, columns) in _templates)
        {
            words.AddWords(bytes);
            _scratch.PutText(bytes);
            _scratch.PutVarint((ulong)columns.Length);
            foreach (var column in columns)
                _scratch.PutVarint((ulong)column);
        }
        Section.Put(into.Head, _scratch.Written, compress: _scratch.Length > LogBlockEncoder.MaxPlain);
        for (var i = 0; i < _names.Count; i++)
        {
            into.PutColumn(_encoder, _values[i], words, _column);
            if (LogFieldValues.HidesWords(_values[i].All))
                words.AddOpaque();
        }
    }

    public void Clear()
    {
        foreach (var values in _values)
            values.Clear();
        _seen.Clear();
        _numbers.Clear();
        _templates.Clear();
        _holes.Clear();
        _columns.Clear();
        _names.Clear();
        _last = [];
        _lastNumber = Refused;
    }

    // Slow path: another template than the line before.
    private void FindTemplate()
    {
        if (_seen.Count >= MaxTemplates * 4)
        {
            (_last, _lastNumber) = ([], Refused);
            return;
        }
        if (_seen.TryAdd(_line.Template, out var index))
            _numbers.Add(NewTemplate(_line.Template));
        (_last, _lastNumber) = (_seen[index], _numbers[index]);
        _lastHoles = _lastNumber == Refused ? [] : _holes[_lastNumber - 1];
    }

    private int NewTemplate(ReadOnlySpan<byte> template)
    {
        if (_templates.Count >= MaxTemplates || JsonTemplate.Fields(template) is not { } fields || _names.Count + fields.Count > MaxColumns)
            return Refused;
        var columns = new int[fields.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            if (_columns.TryGetValue(fields[i], out columns[i]))
                continue;
            _columns[fields[i]] = columns[i] = _names.Count;
            _names.Add(fields[i]);
            if (_values.Count < _names.Count)
                _values.Add(new TextList());
        }
        _templates.Add((template.ToArray(), columns));
        _holes.Add(JsonTemplate.Of(template, columns)!.Holes);
        return _templates.Count;
    }
}
