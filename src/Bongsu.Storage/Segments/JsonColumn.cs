namespace Bongsu.Storage.Segments;

/// <summary>What a block's head says of one column of JSON values.</summary>
/// <param name="Kind">Texts, literals or lists; see <see cref="JsonLine"/>.</param>
/// <param name="Name">As a query names it.</param>
/// <param name="Count">Values in it.</param>
/// <param name="LongestWord">Length of the longest word of its values.</param>
/// <param name="Form">See <see cref="FieldForm"/>.</param>
/// <param name="Values">Where they stand, from the byte with the form on.</param>
internal readonly record struct JsonColumn(byte Kind, string Name, int Count, int LongestWord, byte Form, BlockPart Values);
