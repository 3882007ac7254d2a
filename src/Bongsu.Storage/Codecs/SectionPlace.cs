namespace Bongsu.Storage.Codecs;

/// <summary>Where a section's bytes stand, before they are read.</summary>
/// <param name="Codec">See <see cref="Section"/>.</param>
/// <param name="RawLength">Bytes that it gives.</param>
/// <param name="StoredAt">First stored byte, from the start of what was read.</param>
/// <param name="StoredLength">Bytes that are stored.</param>
internal readonly record struct SectionPlace(byte Codec, int RawLength, int StoredAt, int StoredLength);
