namespace Bongsu.Storage.Segments;

/// <summary>What a block's head says of one column of texts.</summary>
/// <param name="Kind">Of JSON values: texts, literals or lists, see <see cref="JsonLine"/>; of attributes their <see cref="Bongsu.Telemetry.Events.AttributeKind"/>.</param>
/// <param name="Count">Values in it.</param>
/// <param name="LongestWord">Length of the longest word of its values.</param>
/// <param name="Form">See <see cref="FieldForm"/>.</param>
/// <param name="Values">Where they stand, from the byte with the form on.</param>
internal readonly record struct BlockColumn(byte Kind, int Count, int LongestWord, byte Form, BlockPart Values);
