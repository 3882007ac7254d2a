using System.Text;
using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Tests.Collector;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.AspNetCore.Tests.Export;

public sealed class ProtoWriterTests
{
    [Fact]
    public void Numbers_and_text_read_back_as_written() =>
        Prop.ForAll<ulong, uint, string>((number, small, text) =>
        {
            using var writer = new ProtoWriter();
            writer.Varint(1, number);
            writer.Fixed64(2, number);
            writer.Fixed32(3, small);
            writer.Text(300, text ?? "");
            var read = new ProtoMessage(writer.Written.ToArray());
            // Lone surrogates cannot be UTF-8 and become U+FFFD.
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
            return read.Number(1) == number && read.Number(2) == number && read.Number(3) == small && read.Text(300) == expected;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(3_000_000)]
    public void Nested_messages_of_any_length_keep_their_content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        using var writer = new ProtoWriter();
        var outer = writer.Begin(1);
        var inner = writer.Begin(2);
        writer.Bytes(3, content);
        writer.End(inner);
        writer.Varint(4, 9);
        writer.End(outer);
        writer.Varint(5, 10);

        var read = new ProtoMessage(writer.Written.ToArray());

        Assert.Equal(content, read.One(1).One(2).Bytes(3));
        Assert.Equal(9UL, read.One(1).Number(4));
        Assert.Equal(10UL, read.Number(5));
    }
}
