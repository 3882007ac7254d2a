using Bongsu.AspNetCore.Export;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.AspNetCore.Tests.Export;

public sealed class AddressRedactionTests
{
    [Theory]
    [InlineData("https://shop.example/pay?token=s3cret#top", "https://shop.example/pay")]
    [InlineData("https://user:pa%40ss@shop.example:8443/pay", "https://shop.example:8443/pay")]
    [InlineData("https://user:pass@shop.example", "https://shop.example")]
    [InlineData("/pay?token=s3cret", "/pay")]
    [InlineData("https://shop.example/users/@me", "https://shop.example/users/@me")]
    public void Query_fragment_and_credentials_go(string address, string expected) => Assert.Equal(expected, AddressRedaction.Strip(address));

    [Fact]
    public void No_address_keeps_a_query() =>
        Prop.ForAll<NonNull<string>>(text => !AddressRedaction.Strip("https://u:p@h/" + text.Get).AsSpan().ContainsAny('?', '#')).QuickCheckThrowOnFailure();
}
