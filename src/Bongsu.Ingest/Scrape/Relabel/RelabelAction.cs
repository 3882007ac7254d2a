namespace Bongsu.Ingest.Scrape.Relabel;

/// <summary>What a relabelling rule does.</summary>
public enum RelabelAction : byte
{
    Replace,
    Keep,
    Drop,
    KeepEqual,
    DropEqual,
    HashMod,
    LabelMap,
    LabelDrop,
    LabelKeep,
    Lowercase,
    Uppercase,
}
