using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Segments;

/// <summary>
/// The bytes of one block: all of them in memory, or in a file from which parts are read as they are asked for, each against its own checksum. Lives as long as the
/// buffers it reads into; not thread-safe.
/// </summary>
internal sealed class BlockBytes
{
    // Holds the head of most blocks.
    private const int FirstRead = 8 << 10;

    // What is unpacked is read eight bytes at a time.
    private const int Margin = 8;

    private readonly BlockBuffers _buffers;
    private readonly SealedFile? _file;
    private readonly long _offset;
    private readonly int _size;
    // From the block's first byte on what is in memory; all of it when there is no file.
    private ArraySegment<byte> _known;

    /// <summary>A block that is in memory, copied.</summary>
    public BlockBytes(BlockBuffers buffers, ReadOnlySpan<byte> block)
    {
        _buffers = buffers;
        _known = Room(block.Length);
        block.CopyTo(_known);
    }

    /// <summary>A block's frame in a file.</summary>
    public BlockBytes(BlockBuffers buffers, SealedFile file, long offset, int size)
    {
        _buffers = buffers;
        (_file, _offset, _size) = (file, offset, size);
    }

    public BlockBuffers Buffers => _buffers;

    /// <summary>The first bytes of the block, not checked; fewer when it is shorter, none when the frame is damaged.</summary>
    public ArraySegment<byte> Begin()
    {
        if (_file is null || _known.Count > 0)
            return _known;
        var first = Room(Math.Min(_size, FirstRead));
        if (_file.TryReadPart(_offset, first) && Frame.TryReadSize(first, out var size) && size == _size && first[Frame.TypeOffset] == (byte)FrameType.EventBlock)
            _known = first[Frame.HeaderSize..];
        return _known;
    }

    /// <summary>All of the block, checked; false when it is damaged.</summary>
    public bool TryReadAll(out ArraySegment<byte> block)
    {
        block = _known;
        if (_file is null)
            return true;
        var frame = Room(_size);
        if (!_file.TryReadFrame(_offset, FrameType.EventBlock, frame) || !Frame.TryReadPayload(frame, out var payload))
            return false;
        block = frame.Slice(Frame.HeaderSize, payload.Length);
        return true;
    }

    /// <summary>A part of the block; false when it is damaged.</summary>
    public bool TryRead(in BlockPart part, out ArraySegment<byte> bytes)
    {
        bytes = default;
        if (part.At < 0 || part.Length < 0 || (long)part.At + part.Length > (_file is null ? _known.Count : _size - Frame.HeaderSize))
            return false;
        if (part.At + part.Length <= _known.Count)
            bytes = _known.Slice(part.At, part.Length);
        else
        {
            bytes = Room(part.Length);
            if (!_file!.TryReadPart(_offset + Frame.HeaderSize + part.At, bytes))
                return false;
        }
        return part.IsChecked || Frame.Checksum(bytes) == part.Checksum;
    }

    private ArraySegment<byte> Room(int length) => new(_buffers.Bytes(length + Margin), 0, length);
}
