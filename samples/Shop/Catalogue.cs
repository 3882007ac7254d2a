namespace Shop;

/// <summary>What the shop sells. The popular products are most of the traffic, and the rows a stock count locks.</summary>
internal static class Catalogue
{
    public static readonly IReadOnlyList<Product> Products =
    [
        new("tea-green", "Green tea", 890), new("tea-barley", "Barley tea", 450), new("kettle", "Iron kettle", 5900), new("cup-white", "White cup", 1200),
        new("cup-celadon", "Celadon cup", 3400), new("tray", "Wooden tray", 2700), new("honey", "Acacia honey", 1500), new("spoon", "Brass spoon", 800),
        new("lamp", "Paper lamp", 4100), new("fan", "Folding fan", 1900), new("lantern", "Beacon lantern", 7300), new("rice-cake", "Rice cakes", 600),
    ];

    public static readonly IReadOnlyList<string> PopularSkus = ["tea-green", "tea-barley", "kettle", "cup-white"];

    public static Product? Find(string sku) => Products.FirstOrDefault(p => p.Sku == sku);
}
