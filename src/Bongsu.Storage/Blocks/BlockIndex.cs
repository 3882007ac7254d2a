namespace Bongsu.Storage.Blocks;

/// <summary>What of a block's index is in memory.</summary>
internal sealed class BlockIndex(int pages, int postings)
{
    /// <summary>Stands for a page that cannot be read.</summary>
    public static readonly IndexPage DamagedPage = new();

    public readonly IndexPage?[] Pages = new IndexPage?[pages];
    public readonly PostingsPage?[] Postings = new PostingsPage?[postings];
}
