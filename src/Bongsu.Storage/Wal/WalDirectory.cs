using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Wal;

/// <summary>The WAL files of one signal: replay at start, deletion once sealed.</summary>
internal sealed class WalDirectory(Disk disk, string directory, string signal, ProblemLog problems)
{
    /// <summary>Takes one record of a replay: its type, the file's number, its bytes. False: the record does not decode.</summary>
    public delegate bool Apply(FrameType type, long fileNumber, ReadOnlySpan<byte> payload);

    /// <summary>Numbers of the files there are, ascending.</summary>
    public List<long> Numbers()
    {
        var numbers = new List<long>();
        foreach (var path in Directory.GetFiles(directory))
        {
            if (DataLayout.TryParseWal(Path.GetFileName(path), signal, out var number))
                numbers.Add(number);
        }
        numbers.Sort();
        return numbers;
    }

    /// <summary>Deletes what is sealed already and replays the rest in order. Returns the number for the next file.</summary>
    public long Replay(long sealedThrough, Apply apply, CancellationToken cancellationToken)
    {
        Truncate(sealedThrough);
        var next = sealedThrough + 1;
        var buffer = Array.Empty<byte>();
        var numbers = Numbers();
        for (var i = 0; i < numbers.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReplayFile(numbers[i], i == numbers.Count - 1, apply, ref buffer);
            next = Math.Max(next, numbers[i] + 1);
        }
        return next;
    }

    /// <summary>Deletes files up to a number. What cannot be deleted now is at the next start.</summary>
    public void Truncate(long through)
    {
        foreach (var number in Numbers())
        {
            if (number > through)
                continue;
            try
            {
                disk.Delete(PathOf(number));
            }
            catch (IOException e)
            {
                problems.Add($"Cannot delete the sealed WAL file {PathOf(number)}: {e.Message}");
            }
        }
    }

    public long SizeBytes()
    {
        var size = 0L;
        foreach (var number in Numbers())
        {
            var file = new FileInfo(PathOf(number));
            size += file.Exists ? file.Length : 0;
        }
        return size;
    }

    private string PathOf(long number) => Path.Combine(directory, DataLayout.WalFile(signal, number));

    // One buffer serves all files: they are of about one size.
    private void ReplayFile(long number, bool isLast, Apply apply, ref byte[] buffer)
    {
        var path = PathOf(number);
        var frames = new FrameScanner(ReadWhole(path, ref buffer));
        while (frames.Read())
        {
            if (frames.Type == FrameType.FileHeader)
                CheckHeader(path, frames.Payload);
            else if (!apply(frames.Type, number, frames.Payload))
                problems.Add(new Corruption(path, frames.Offset, $"a record of type {frames.Type} does not decode though its checksum is right; it is skipped"));
        }
        if (frames.Damages is not { } damages)
            return;
        foreach (var (offset, length, isTail) in damages)
        {
            problems.Add(new Corruption(path, offset, isTail && isLast
                ? $"torn tail: {length} bytes behind the last valid record are truncated"
                : $"{length} damaged bytes are skipped; the valid records around them are kept"));
            // Why: told once; the bytes hold nothing that can be read, and new records never go to this file.
            if (isTail)
                CutTail(path, offset);
        }
    }

    private static ReadOnlySpan<byte> ReadWhole(string path, ref byte[] buffer)
    {
        using var file = Disk.OpenForRead(path);
        var length = (int)RandomAccess.GetLength(file);
        if (buffer.Length < length)
            buffer = GC.AllocateUninitializedArray<byte>(length);
        if (!Disk.TryReadExactly(file, buffer.AsSpan(0, length), 0))
            throw new IOException($"{path} became shorter while it was read");
        return buffer.AsSpan(0, length);
    }

    private void CheckHeader(string path, ReadOnlySpan<byte> payload)
    {
        if (FileHeader.TryRead(payload, out var header) && header is { Kind: FileKind.Wal, Version: > FileHeader.CurrentVersion })
            throw new InvalidDataException($"{path} has format version {header.Version}; this program reads up to {FileHeader.CurrentVersion}. Use the newer program that wrote it.");
    }

    private void CutTail(string path, int offset)
    {
        try
        {
            using var file = disk.OpenForAppend(path);
            disk.SetLength(file, offset);
            disk.Sync(file);
        }
        catch (IOException e)
        {
            problems.Say($"Cannot cut the torn tail off {path}: {e.Message}");
        }
    }
}
