using System.Text.Json;

namespace Shop.Faults;

/// <summary>Every fault the shop can show. To add one: a line here, and its behaviour in the culprit's folder.</summary>
internal static class ShopFaults
{
    public const string PaymentsSlow = "payments-slow";
    public const string BadRelease = "bad-release";
    public const string DbLock = "db-lock";

    public static readonly IReadOnlyList<ShopFault> All =
    [
        new(PaymentsSlow, "The card network answers payments in 1.5 to 2.5 seconds, so many checkouts exceed the gateway's 2 second limit.", false, "payments", "payments"),
        new(BadRelease, "Orders 1.43.0 runs beside 1.42.3 and fails a share of its new orders with a 500.", false, "orders", null),
        new(DbLock, "A stock count locks the rows of the popular products for seconds at a time, so reservations wait.", true, "inventory", "inventory"),
    ];

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string ToJson() => JsonSerializer.Serialize(All, Indented);
}
