using Bongsu.Storage.Frames;
using Bongsu.Storage.Head;

namespace Bongsu.Storage.Blocks;

/// <summary>Makes a footer for a block whose own is damaged, from the frames that are whole. Postings are not searched for: labels are matched instead.</summary>
internal static class BlockRescue
{
    public static BlockFooter Rebuild(SealedFile file, LabelSetPool pool)
    {
        var footer = new BlockFooter();
        if (file.ReadAll() is not { } bytes)
            return footer;
        var frames = new FrameScanner(bytes);
        var (isFirstFormat, index) = (false, new List<(long Offset, int Size)>());
        var lastSequence = 0L;
        while (frames.Read())
        {
            // Groups count from the first on and have the first sequences: for one that is lost a place is left, so that the others keep their numbers.
            if (frames.Type == FrameType.ChunkGroup)
            {
                for (; lastSequence + 1 < frames.Sequence; lastSequence++)
                    footer.Groups.Add((-1, 0));
                footer.Groups.Add((frames.Offset, frames.Size));
                lastSequence = frames.Sequence;
            }
            isFirstFormat |= frames.Type == FrameType.SeriesPage;
            if (frames.Type is FrameType.SeriesPage or FrameType.IndexPage)
                index.Add((frames.Offset, frames.Size));
            if (frames.Type == FrameType.IndexPage && index.Count == 1)
            {
                // The groups at the end that are lost: every sequence before the first page is a group's.
                for (; lastSequence + 1 < frames.Sequence; lastSequence++)
                    footer.Groups.Add((-1, 0));
            }
        }
        if (isFirstFormat)
            footer.Groups.Clear();
        return AddPages(footer with { IsFirstFormat = isFirstFormat }, index, bytes, pool);
    }

    private static BlockFooter AddPages(BlockFooter footer, List<(long Offset, int Size)> index, byte[] bytes, LabelSetPool pool)
    {
        var (min, max) = (long.MaxValue, long.MinValue);
        foreach (var (offset, size) in index)
        {
            Frame.TryRead(bytes.AsSpan((int)offset, size), out _, out _, out var payload, out _);
            var page = footer.IsFirstFormat ? FirstFormatPage.TryRead(payload, [], pool) : IndexPage.TryRead(payload, footer.Groups.Count, pool);
            if (page is null)
                continue;
            footer.Pages.Add((offset, size, page.Count));
            for (var i = 0; i < page.Count; i++)
            {
                foreach (var chunk in page.Chunks(i))
                    (min, max) = (Math.Min(min, chunk.MinMs), Math.Max(max, chunk.MaxMs));
            }
        }
        return footer with { MinTimeMs = min, MaxTimeMs = max };
    }
}
