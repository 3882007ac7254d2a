namespace Bongsu.Storage.Frames;

/// <summary>
/// Walks the frames of a file in memory. What is no valid frame is stepped over to the next valid one and noted in <see cref="Damages"/>; frames
/// whose sequence does not ascend (old bytes left behind the end) are stepped over too.
/// </summary>
internal ref struct FrameScanner(ReadOnlySpan<byte> file)
{
    // Bytes that look like headers by chance or by malice may each cost a checksum: past this budget the rest of the file counts as damaged.
    private const long ResyncBudgetBytes = 4L << 30;

    private readonly ReadOnlySpan<byte> _file = file;
    private int _next;
    private long _lastSequence = -1;
    private long _budget = ResyncBudgetBytes;

    public FrameType Type { get; private set; }
    public long Sequence { get; private set; }
    public ReadOnlySpan<byte> Payload { get; private set; }
    public int Offset { get; private set; }
    public int Size { get; private set; }

    /// <summary>Stretches of bytes that are no frame: offset, length, and whether it is the end of the file.</summary>
    public List<(int Offset, int Length, bool IsTail)>? Damages { get; private set; }

    /// <summary>Where the last valid frame ends.</summary>
    public readonly int ValidEnd => _lastSequence < 0 ? 0 : _validEnd;

    private int _validEnd;

    public bool Read()
    {
        while (_next < _file.Length)
        {
            if (!TryAt(_next) && !Resync())
                return false;
            _next = Offset + Size;
            if (Sequence <= _lastSequence)
                continue;
            _lastSequence = Sequence;
            _validEnd = _next;
            return true;
        }
        return false;
    }

    private bool TryAt(int offset)
    {
        if (!Frame.TryRead(_file[offset..], out var type, out var sequence, out var payload, out var size))
        {
            _budget -= size;
            return false;
        }
        Type = type;
        Sequence = sequence;
        Payload = payload;
        Offset = offset;
        Size = size;
        return true;
    }

    private bool Resync()
    {
        var from = _next;
        for (var at = from + Frame.Alignment; at < _file.Length && _budget > 0; at += Frame.Alignment)
        {
            if (!TryAt(at))
                continue;
            (Damages ??= []).Add((from, at - from, false));
            return true;
        }
        (Damages ??= []).Add((from, _file.Length - from, true));
        _next = _file.Length;
        return false;
    }
}
