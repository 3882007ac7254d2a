using Bongsu.AspNetCore.Export;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.AspNetCore.Tests.Export;

public sealed class PartialSuccessTests
{
    [Fact]
    public void Any_bytes_are_read_without_throwing() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            PartialSuccess.Read(bytes);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_empty_answer_is_full_success() => Assert.Equal((0, ""), PartialSuccess.Read([]));

    [Fact]
    public void A_length_past_the_end_is_no_answer() => Assert.Equal((0, ""), PartialSuccess.Read([0x0a, 0xff, 0xff, 0xff, 0x7f, 0x08]));
}
