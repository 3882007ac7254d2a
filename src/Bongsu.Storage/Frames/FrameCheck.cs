namespace Bongsu.Storage.Frames;

/// <summary>Looks a sealed file over for damage as <see cref="FrameScanner"/> does, but a piece of it in memory at a time. Not thread-safe.</summary>
internal sealed class FrameCheck(SealedFile file)
{
    private const int PieceBytes = 1 << 18;

    // See FrameScanner: what looks like headers may each cost a checksum.
    private const long ResyncBudgetBytes = 4L << 30;

    private readonly byte[] _piece = GC.AllocateUninitializedArray<byte>(PieceBytes);
    private long _pieceAt;
    private int _pieceLength;
    private long _budget = ResyncBudgetBytes;

    /// <summary>Stretches of bytes that are no frame, in order; not the header alone when that was found damaged before.</summary>
    public List<(long Offset, long Length)> Run(CancellationToken cancellationToken)
    {
        var damages = new List<(long, long)>();
        for (long at = 0; at < file.SizeBytes;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryCheck(at, out var size))
            {
                at += size;
                continue;
            }
            var next = FindNext(at, cancellationToken);
            if (at > 0 || !file.IsHeaderDamaged || next > SealedFile.HeaderBytes)
                damages.Add((at, next - at));
            at = next;
        }
        return damages;
    }

    private long FindNext(long damagedAt, CancellationToken cancellationToken)
    {
        for (var at = damagedAt + Frame.Alignment; at < file.SizeBytes && _budget > 0 && _pieceLength > 0; at += Frame.Alignment)
        {
            if (at % PieceBytes == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (TryCheck(at, out var size))
                return at;
            _budget -= size;
        }
        return file.SizeBytes;
    }

    // The size is what the header says, also where the rest does not fit to it; 0 where there is no header.
    private bool TryCheck(long offset, out int size)
    {
        size = 0;
        var header = Piece(offset, Frame.HeaderSize);
        if (header.Length < Frame.HeaderSize || !Frame.TryReadSize(header, out size) || size > file.SizeBytes - offset)
            return false;
        var expected = Frame.ReadChecksum(header);
        var checksum = Frame.BeginChecksum(header[..Frame.HeaderSize]);
        for (var (at, end) = (offset + Frame.HeaderSize, offset + size); at < end;)
        {
            var piece = Piece(at, 1);
            if (piece.IsEmpty)
                return false;
            var part = piece[..(int)Math.Min(piece.Length, end - at)];
            checksum = Frame.ExtendChecksum(checksum, part);
            at += part.Length;
        }
        return Frame.EndChecksum(checksum) == expected;
    }

    // The bytes of the file from a place on, at least so many of them where the file has as many; empty when they cannot be read.
    private ReadOnlySpan<byte> Piece(long offset, int atLeast)
    {
        if (offset < _pieceAt || offset + atLeast > _pieceAt + _pieceLength)
        {
            (_pieceAt, _pieceLength) = (offset, (int)Math.Min(PieceBytes, file.SizeBytes - offset));
            // The file has become shorter.
            if (!file.TryReadPart(offset, _piece.AsSpan(0, _pieceLength)))
                _pieceLength = 0;
        }
        return _piece.AsSpan((int)Math.Min(offset - _pieceAt, _pieceLength).._pieceLength);
    }
}
