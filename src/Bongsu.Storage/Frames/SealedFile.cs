using System.Buffers;
using Bongsu.Storage.Codecs;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage.Frames;

/// <summary>A file of frames that changes no more: header first, trailer last, frames by place. Every read is checked. Thread-safe.</summary>
internal sealed class SealedFile : IDisposable
{
    /// <summary>Size of a trailer frame: two numbers.</summary>
    public const int TrailerSize = Frame.HeaderSize + 16;

    private readonly SafeFileHandle _handle;

    public SealedFile(string path)
    {
        Path = path;
        _handle = Disk.OpenForRead(path);
        SizeBytes = RandomAccess.GetLength(_handle);
    }

    public string Path { get; }

    public long SizeBytes { get; }

    /// <summary>The whole frame at a place; null when it is not there whole and unharmed, or is of another type.</summary>
    public byte[]? ReadFrame(long offset, int size, FrameType type)
    {
        if (offset < 0 || size < Frame.HeaderSize || offset + size > SizeBytes)
            return null;
        var bytes = GC.AllocateUninitializedArray<byte>(size);
        return Disk.TryReadExactly(_handle, bytes, offset) && Frame.TryRead(bytes, out var actual, out _, out _, out var actualSize) && actual == type && actualSize == size
            ? bytes
            : null;
    }

    /// <summary>As <see cref="ReadFrame"/>, into a buffer of the shared pool that is used again and changed for a larger one as needed; false when the frame is not there whole and unharmed.</summary>
    public bool TryReadFrame(long offset, int size, FrameType type, ref byte[] buffer)
    {
        if (offset < 0 || size < Frame.HeaderSize || offset + size > SizeBytes)
            return false;
        if (buffer.Length < size)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            // Why: what comes after a failure must not find a buffer that is another's by then.
            buffer = [];
            buffer = ArrayPool<byte>.Shared.Rent(size);
        }
        return TryReadFrame(offset, type, buffer.AsSpan(0, size));
    }

    /// <summary>As <see cref="ReadFrame"/>, into a span of the frame's size.</summary>
    public bool TryReadFrame(long offset, FrameType type, Span<byte> frame) =>
        TryReadPart(offset, frame) && Frame.TryRead(frame, out var actual, out _, out _, out var size) && actual == type && size == frame.Length;

    /// <summary>A part of a frame's payload, not checked; false when the file ends before.</summary>
    public bool TryReadPart(long offset, Span<byte> part) => offset >= 0 && offset + part.Length <= SizeBytes && Disk.TryReadExactly(_handle, part, offset);

    public static ReadOnlySpan<byte> Payload(byte[] frame)
    {
        Frame.TryRead(frame, out _, out _, out var payload, out _);
        return payload;
    }

    /// <summary>The frame that the trailer points at; null when either is damaged.</summary>
    public byte[]? ReadFooter(FrameType type)
    {
        if (ReadFrame(SizeBytes - TrailerSize, TrailerSize, FrameType.Trailer) is not { } trailer)
            return null;
        var reader = new ByteReader(Payload(trailer));
        return ReadFrame((long)reader.ReadUInt64(), (int)Math.Min(int.MaxValue, reader.ReadUInt64()), type);
    }

    /// <summary>Of the frame with the header.</summary>
    public static int HeaderBytes => Frame.SizeOf(18);

    /// <summary>Whether the header was asked for and could not be read.</summary>
    public bool IsHeaderDamaged { get; private set; }

    public bool TryReadHeader(out FileHeader header)
    {
        header = default;
        var isRead = ReadFrame(0, HeaderBytes, FrameType.FileHeader) is { } frame && FileHeader.TryRead(Payload(frame), out header);
        IsHeaderDamaged = !isRead;
        return isRead;
    }

    /// <summary>All bytes, for a scan of a damaged file.</summary>
    public byte[]? ReadAll()
    {
        if (SizeBytes > Array.MaxLength)
            return null;
        var bytes = GC.AllocateUninitializedArray<byte>((int)SizeBytes);
        return Disk.TryReadExactly(_handle, bytes, 0) ? bytes : null;
    }

    public void Dispose() => _handle.Dispose();
}
